import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import JSZip from 'jszip'
import { ReportError } from '../../../src/errors.ts'
import { defaultLimits } from '../../../src/reports/manuscript.ts'
import { listMembers, type MemberListing } from '../../../src/reports/members.ts'
import { startReadingProcess } from '../../../src/reports/readingProcess.ts'
import { archiveOf, zipOf } from '../../fixtures/archives.ts'

const folder = await mkdtemp(join(tmpdir(), 'wenju-hostile-'))
after(() => rm(folder, { recursive: true }))
const words = '镇里修好了三座百年老桥，石料都是从北山运来的。'
const megabyte = 1024 * 1024

/** Lists an archive; whatever it holds, it ends in reports and faults of one line each, or in one fault. */
async function survives(bytes: Uint8Array, limits = defaultLimits): Promise<MemberListing | ReportError> {
  const path = join(folder, 'a.zip')
  await writeFile(path, bytes)
  const oneLine = (text: string) => assert.ok(!/[\p{Cc}\u2028\u2029]/u.test(text), JSON.stringify(text))
  try {
    const listing = await listMembers({ path, file: 'a.zip' }, limits)
    for (const { file, text } of listing.faults) {
      oneLine(file)
      oneLine(text.zh + text.en)
    }
    for (const { file } of listing.reports) oneLine(file)
    return listing
  } catch (error) {
    if (!(error instanceof ReportError)) throw error
    oneLine(error.text.zh + error.text.en)
    return error
  }
}

function refused(outcome: MemberListing | ReportError): string {
  assert.ok(outcome instanceof ReportError, 'it was listed')
  return outcome.text.en
}

test('an archive that unpacks to far more than its size, or than many files, is refused before anything is unpacked', async () => {
  const zeros = new Uint8Array(30 * megabyte)
  assert.match(refused(await survives(archiveOf({ 'a.txt': zeros }))), /unpacks to more/u)
  const noise = Uint8Array.from({ length: 4000 }, (_, i) => (i * 7919) % 251)
  const many = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`${i}.txt`, noise]))
  const small = { ...defaultLimits, bytes: 5000 * 30 }
  assert.match(refused(await survives(archiveOf(many), { ...small, bytes: 4001 })), /too large|unpacks to more/u)
})

test('an archive whose directory lies about sizes is unpacked no further than the bound', async () => {
  const members = Array.from({ length: 30 }, (_, i) => ({
    name: `${i}.txt`,
    content: new Uint8Array(3 * megabyte),
    statedBytes: 1000,
  }))
  const outcome = await survives(zipOf(members), { ...defaultLimits, bytes: 2 * megabyte })
  const faults = outcome instanceof ReportError ? [outcome] : outcome.faults
  assert.ok(faults.length > 0)
  for (const { text } of faults) assert.match(text.en, /unpacks to more|damaged/u)
  assert.ok(outcome instanceof ReportError || outcome.reports.length === 0)
})

test('an archive of very many members is refused', async (context) => {
  const members = Array.from({ length: 10_100 }, (_, i) => ({ name: `${i}.txt`, content: '', method: 0 }))
  const whole = zipOf(members)
  const tooMany = /a\.zip: expected at most 10000 files inside it, found more/u
  assert.match(refused(await survives(whole)), tooMany)
  // The library finds the directory of these, too.
  const loaded = context.mock.method(JSZip, 'loadAsync')
  for (const shifted of [
    [Buffer.from('#!/bin/sh'), whole],
    [whole, Buffer.alloc(70_000)],
  ])
    assert.match(refused(await survives(Buffer.concat(shifted))), tooMany)
  const second = Buffer.from(whole)
  second.fill(0xff, whole.length - 14, whole.length - 2)
  assert.match(refused(await survives(second)), tooMany, 'the end refers to a directory with 64-bit offsets')
  assert.equal(loaded.mock.callCount(), 0, 'it is refused before it is opened')
})

test('the parts of presentations that an archive holds unpacked are none of its members', async () => {
  const parts = Array.from({ length: 5100 }, (_, i) => ({ name: `ppt/${i}.xml`, content: '', method: 0 }))
  const names = ['b.pptx', 'c.pptx']
  const members = names.map((name) => ({
    name,
    content: zipOf([{ name: '[Content_Types].xml', content: name }, ...parts]),
    method: 0,
  }))
  const outcome = await survives(zipOf(members))
  assert.ok(!(outcome instanceof ReportError), String(outcome))
  assert.deepEqual(
    outcome.reports.map(({ file }) => file),
    names.map((name) => `a.zip/${name}`),
  )
})

test('archives that hold themselves in layers are opened no deeper than one', async () => {
  let layers = archiveOf({ 'a.txt': words })
  for (let depth = 0; depth < 50; depth++) layers = archiveOf({ 'a.zip': layers, 'b.txt': `${words}${depth}` })
  const outcome = await survives(layers)
  assert.ok(!(outcome instanceof ReportError))
  assert.equal(outcome.reports.length, 2)
  assert.deepEqual(
    outcome.faults.map(({ file }) => file),
    ['a.zip/a.zip/a.zip'],
  )
})

test('names of every kind: empty, endless, climbing, doubled, with what terminals and lines take for orders', async () => {
  const strange = [
    '',
    '/',
    '..',
    '../..',
    '\\',
    'a\0b.txt',
    `${'长'.repeat(20_000)}.txt`,
    `${'a/'.repeat(5000)}b.txt`,
    'x\r\n\u001b]0;y\u0007.txt',
    '\u202etxt.exe',
  ]
  const members = [...strange, 'd.txt', 'd.txt'].map((name, i) => ({ name, content: `${words}${i}` }))
  const outcome = await survives(zipOf(members))
  assert.ok(!(outcome instanceof ReportError), String(outcome))
  const files = outcome.reports.map(({ file }) => file)
  assert.equal(new Set(files).size, files.length)
  assert.ok(files.includes('a.zip/ab.txt') && files.includes('a.zip/d.txt'))
  for (const file of files) assert.ok(!file.split('/').includes('..'), file)
})

test('an archive: truncated, and two hundred mutations', async (context) => {
  const inner = archiveOf({ 'c.txt': words })
  const whole = archiveOf({ '一月/a.txt': words, 'b.html': `<html><p>${words}</p></html>`, 'd.zip': inner })
  for (const share of [0, 0.01, 0.25, 0.5, 0.75, 0.99]) await survives(whole.subarray(0, whole.length * share))
  let seed = 20261201
  const random = (below: number) => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
    return Math.floor((seed / 2 ** 32) * below)
  }
  let refusals = 0
  for (let i = 0; i < 200; i++) {
    const bytes = Buffer.from(whole)
    for (let n = 1 + random(8); n > 0; n--) bytes[random(bytes.length)] = random(256)
    if ((await survives(bytes)) instanceof ReportError) refusals++
  }
  context.diagnostic(`${refusals} of 200 mutations refused as a whole`)
})

test('the reading process lists and unpacks as this one does, and goes on after a fault', async (context) => {
  const reader = startReadingProcess(defaultLimits)
  context.after(() => reader.close())
  const [good, bad] = [join(folder, 'good.zip'), join(folder, 'bad.zip')]
  await writeFile(good, archiveOf({ 'a.txt': words, 'b.doc': 'x' }))
  await writeFile(bad, archiveOf({ 'a.txt': new Uint8Array(30 * megabyte) }))
  await assert.rejects(reader.listMembers({ path: bad, file: 'bad.zip' }), /unpacks to more/u)
  const container = { path: good, file: 'good.zip' }
  assert.deepEqual(await reader.listMembers(container), await listMembers(container))
  assert.equal(Buffer.from(await reader.readMember(container, 'a.txt')).toString(), words)
  await assert.rejects(reader.readMember(container, 'none.txt'), /holds no none\.txt/u)
})

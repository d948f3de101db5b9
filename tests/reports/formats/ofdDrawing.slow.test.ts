import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import sharp from 'sharp'
import { ReportError } from '../../../src/errors.ts'
import { drawOfdPage } from '../../../src/reports/formats/ofdDrawing.ts'
import { defaultLimits } from '../../../src/reports/manuscript.ts'
import { line, ofdOf, page, picture, resources, ruling } from '../../fixtures/ofd.ts'
import { useFonts } from '../../support/fonts.ts'

// Letters look for fonts of the machine, which may have none.
const cleaning: (() => Promise<void>)[] = []
before(() => useFonts({ after: (clean) => void cleaning.push(clean) }))
after(async () => {
  for (const clean of cleaning) await clean()
})

/** A page at one pixel a quarter millimetre, and what colour it has at a point in millimetres. */
async function drawn(bytes: Uint8Array, number = 1) {
  const bounds = { dpi: 101.6, pixels: 4_000_000 }
  const { data, width, height } = await drawOfdPage(bytes, {
    file: 'a.ofd',
    page: number,
    bounds,
    limits: defaultLimits,
  })
  const at = (x: number, y: number) => {
    const from = (Math.round(y * 4) * width + Math.round(x * 4)) * 4
    return [...data.subarray(from, from + 3)]
  }
  return { data, width, height, at }
}

const white = [255, 255, 255]
const blue = [40, 90, 200]
const red = [200, 30, 20]
const green = [10, 150, 60]
const filled = 'Fill="true" Stroke="false"'
const redFill = `<ofd:FillColor Value="${red.join(' ')}"/>`
const square = (x: number, y: number, attributes: string, inner = '') =>
  `<ofd:PathObject ID="8" Boundary="${x} ${y} 20 20" ${attributes}>${inner}<ofd:AbbreviatedData>M 0 0 L 20 0 L 20 20 L 0 20 C</ofd:AbbreviatedData></ofd:PathObject>`

async function withPicture(pages: readonly string[], more: Partial<Parameters<typeof ofdOf>[0]> = {}) {
  const background = { r: blue[0]!, g: blue[1]!, b: blue[2]! }
  const png = await sharp({ create: { width: 8, height: 4, channels: 3, background } })
    .png()
    .toBuffer()
  const media =
    '<ofd:MultiMedias><ofd:MultiMedia ID="7" Type="Image"><ofd:MediaFile>a.png</ofd:MediaFile></ofd:MultiMedia></ofd:MultiMedias>'
  const others = { 'Doc_0/Res/a.png': png, 'Doc_0/PublicRes.xml': resources(media), ...more.others }
  return ofdOf({ pages, ...more, others })
}

test('pictures, paths and templates are drawn at their places in their colours, in order', async () => {
  const common = '<ofd:TemplatePage ID="50" BaseLoc="Tpls/Tpl_0/Content.xml"/>'
  const template = page(square(150, 100, filled, redFill))
  const content =
    picture('7', [20, 40, 80, 30]) +
    square(40, 45, filled, redFill) +
    square(80, 200, filled, '<ofd:FillColor Value="0 0 0" Alpha="128"/>') +
    square(120, 200, `${filled} Alpha="0"`, redFill) +
    ruling(20, 250, 190, 250)
  const bytes = await withPicture([content], {
    common,
    beforeContent: '<ofd:Template TemplateID="50"/>',
    others: { 'Doc_0/Tpls/Tpl_0/Content.xml': template },
  })
  const { at, width, height } = await drawn(bytes)
  assert.deepEqual([width, height], [840, 1188])
  assert.deepEqual([at(25, 60), at(50, 55), at(160, 110)], [blue, red, red])
  assert.deepEqual([at(10, 10), at(130, 210)], [white, white])
  const [grey] = at(90, 210)
  assert.ok(grey! > 110 && grey! < 145, `${grey}: half transparent`)
  assert.ok(at(100, 250)[0]! < 200, 'the ruling')
})

test('however often pictures and paths alternate, all are drawn, in order', async () => {
  const rows = Array.from({ length: 12 }, (_, i) => 5 + 22 * i)
  const content = rows.map((y) => picture('7', [40, y, 40, 20]) + square(70, y, filled, redFill)).join('')
  const { at } = await drawn(await withPicture([content]))
  for (const y of rows) assert.deepEqual([at(60, y + 10), at(75, y + 10), at(85, y + 10)], [blue, red, red], `${y} mm`)
})

test('no ink is cut off at the edges of the layer that it is drawn in', async () => {
  const path = (data: string, attributes = '') =>
    `<ofd:PathObject ID="8" Boundary="60 60 60 60" ${attributes}>${redFill}<ofd:AbbreviatedData>${data}</ofd:AbbreviatedData></ofd:PathObject>`
  // Specks in two corners of the page make the layer as large as the page.
  const specks = ruling(1, 1, 2, 1) + ruling(208, 296, 209, 296)
  for (const ink of [
    path('M 0 0 L 30 4 L 0 8', 'LineWidth="6"'),
    path('M 30 30 Q 60 0 60 60 B 50 10 10 50 30 30', 'LineWidth="2" Fill="true"'),
    path('M 10 10 A 5 20 30 1 1 40 40', filled),
    path('M 10 10 A 2 1 0 0 1 40 40', filled),
    square(80, 100, `${filled} CTM="1 0.5 -0.5 2 3 4"`, redFill),
    line('永国gÅ', 80, 100, { size: 30 }),
    ruling(60, 60, 60.1, 150),
  ]) {
    const [alone, amid] = [
      await drawn(await ofdOf({ pages: [ink] })),
      await drawn(await ofdOf({ pages: [ink + specks] })),
    ]
    const { width, height } = alone
    let inked = 0
    for (let i = 0; i < alone.data.length; i += 4) {
      const [x, y] = [(i / 4) % width, Math.floor(i / 4 / width)]
      if ((y < 8 && x < 16) || (y > height - 16 && x > width - 24)) continue
      inked += Number(alone.data[i + 1]! < 250)
      if (alone.data[i + 1] !== amid.data[i + 1]) assert.fail(`${ink}: other pixels at ${x}, ${y}`)
    }
    assert.ok(inked > 50, `${ink}: ${inked} pixels`)
  }
})

test('what an object does not state comes from its drawing parameters, those of its layer, and those that they build upon', async () => {
  const params = resources(
    `<ofd:DrawParams>
      <ofd:DrawParam ID="10" LineWidth="6">${redFill}</ofd:DrawParam>
      <ofd:DrawParam ID="11" Relative="10"><ofd:StrokeColor Value="${green.join(' ')}"/></ofd:DrawParam>
      <ofd:DrawParam ID="12" Relative="13"><ofd:FillColor Value="${blue.join(' ')}"/></ofd:DrawParam>
      <ofd:DrawParam ID="13" Relative="12"/>
    </ofd:DrawParams>`,
  )
  const content = `${square(20, 20, `${filled} DrawParam="11"`)}</ofd:Layer><ofd:Layer ID="6" DrawParam="11">
    ${square(20, 60, filled)}
    ${square(60, 60, `${filled} DrawParam="12"`)}
    ${square(100, 60, filled, `<ofd:FillColor Value="${green.join(' ')}"/>`)}
    ${square(20, 100, '')}
    ${square(60, 100, 'LineWidth="0.5"')}
    ${line('HH', 100, 100, { size: 20 })}`
  const bytes = await ofdOf({
    pages: [content],
    common: '<ofd:DocumentRes>DocumentRes.xml</ofd:DocumentRes>',
    others: { 'Doc_0/DocumentRes.xml': params },
  })
  const { at, data } = await drawn(bytes)
  assert.deepEqual([at(30, 30), at(30, 70), at(70, 70), at(110, 70)], [red, red, blue, green])
  assert.deepEqual([at(22, 110), at(30, 110), at(62, 110)], [green, white, white], 'the widths of lines')
  const across = Array.from({ length: 80 }, (_, i) => at(100 + i / 4, 107))
  assert.ok(
    across.some((one) => String(one) === String(red)),
    'letters',
  )
  assert.ok(
    data.every((one, i) => i % 4 !== 0 || one > 5),
    'nothing is black',
  )
})

test('a shading is drawn in its first colour, and a colour that cannot be told is not drawn', async () => {
  const shading = (name: string, part: string, attributes = '') =>
    `<ofd:FillColor ${attributes}><ofd:${name}><ofd:${part}><ofd:Color Value="${green.join(' ')}"/></ofd:${part}><ofd:${part}><ofd:Color Value="0 0 0"/></ofd:${part}></ofd:${name}></ofd:FillColor>`
  const colours = [
    shading('AxialShd', 'Segment'),
    shading('RadialShd', 'Segment'),
    shading('GouraudShd', 'Point'),
    '<ofd:FillColor Value="#0A #96 #3c"/>',
    '<ofd:FillColor><ofd:Pattern Width="2" Height="2"><ofd:CellContent/></ofd:Pattern></ofd:FillColor>',
    '<ofd:FillColor ColorSpace="5" Index="1"/>',
    '<ofd:FillColor Value="green"/>',
    shading('AxialShd', 'Segment', 'Alpha="0"'),
    '<ofd:FillColor/>',
  ]
  const content = colours.map((colour, i) => square(20, 5 + 30 * i, filled, colour)).join('')
  const { at } = await drawn(await ofdOf({ pages: [content] }))
  const seen = colours.map((_, i) => at(30, 15 + 30 * i))
  assert.deepEqual(seen, [green, green, green, green, white, white, white, white, [0, 0, 0]])
})

test('a template in the foreground is above the page, and pictures have their opacity', async () => {
  const common = '<ofd:TemplatePage ID="50" BaseLoc="Tpls/Tpl_0/Content.xml"/>'
  const others = { 'Doc_0/Tpls/Tpl_0/Content.xml': page(square(20, 40, filled, redFill)) }
  const faint = (alpha: number, y: number) =>
    picture('7', [20, y, 80, 30]).replace('<ofd:ImageObject', `<ofd:ImageObject Alpha="${alpha}"`)
  const content = picture('7', [20, 40, 80, 30]) + faint(51, 100) + faint(0, 150)
  for (const [zOrder, expected] of [
    ['Foreground', red],
    ['Background', blue],
  ] as const) {
    const beforeContent = `<ofd:Template TemplateID="50" ZOrder="${zOrder}"/>`
    const { at } = await drawn(await withPicture([content], { common, beforeContent, others }))
    assert.deepEqual([at(30, 50), at(60, 50), at(60, 160)], [expected, blue, white], zOrder)
    const paled = blue.map((one) => 255 - (255 - one) / 5)
    assert.ok(
      at(60, 110).every((one, i) => Math.abs(one - paled[i]!) < 3),
      `${at(60, 110)}`,
    )
  }
})

test('letters stand where the file puts them, but not those that it hides or covers with a picture', async () => {
  const ink = async (content: string) => {
    const { data, width } = await drawn(await withPicture([content]))
    const rows: number[] = []
    for (let i = 0; i < data.length; i += 4) if (data[i]! + data[i + 1]! + data[i + 2]! < 300) rows.push(i / 4)
    const xs = rows.map((one) => (one % width) / 4)
    const ys = rows.map((one) => Math.floor(one / width) / 4)
    return rows.length === 0 ? null : [xs, ys].map((all) => [Math.min(...all), Math.max(...all)])
  }
  const text = line('HHHHHHHH', 60, 100, { size: 10 })
  const [across, down] = (await ink(text))!
  assert.ok(across![0]! >= 59 && across![0]! < 64 && across![1]! > 95 && across![1]! < 108, `${across}`)
  assert.ok(down![0]! >= 99 && down![1]! < 111, `${down}`)
  assert.equal(await ink(text.replace('<ofd:TextObject', '<ofd:TextObject Alpha="0"')), null)
  assert.equal(await ink(text.replace('<ofd:TextObject', '<ofd:TextObject Fill="false"')), null)
  assert.equal(await ink(text + picture('7', [40, 90, 100, 40])), null, 'below a picture')
  assert.ok(await ink(picture('7', [40, 90, 100, 40]) + text), 'above a picture')
})

test('an empty page is white, and a page that is not there or broken is a fault in one line', async () => {
  const bytes = await ofdOf({ pages: ['', '<broken'] })
  const { data } = await drawn(bytes)
  assert.ok(data.every((one) => one === 255))
  for (const number of [3, 0])
    await assert.rejects(drawn(bytes, number), (error) => error instanceof ReportError && /a\.ofd/u.test(error.message))
  await assert.rejects(drawn(new Uint8Array(64)), ReportError)
})

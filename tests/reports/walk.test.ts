import assert from 'node:assert/strict'
import { chmod, mkdir, mkdtemp, rename, rm, symlink, unlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { lookThrough } from '../../src/reports/folder.ts'
import { loadReport } from '../../src/reports/loadReport.ts'
import { walk } from '../../src/reports/walk.ts'

const isWindows = process.platform === 'win32'

/** A folder with these files, each with words of its own unless it is given some. */
async function treeWith(context: TestContext, names: readonly string[]): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'wenju-walk-'))
  context.after(() => rm(root, { recursive: true }))
  const folder = join(root, 'reports')
  await mkdir(folder)
  for (const name of names) {
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, name), `灯塔镇的第 ${names.indexOf(name)} 份工作报告。\n`)
  }
  return folder
}

/** What is seen of a folder by somebody for whom these subfolders are shut, whoever runs the test. */
async function lookShutOut(folder: string, ...shut: string[]) {
  const isRoot = process.geteuid!() === 0
  await chmod(join(folder, '..'), 0o755)
  for (const name of shut) await chmod(join(folder, name), 0)
  if (isRoot) process.seteuid!(65_534)
  try {
    return await lookThrough(folder)
  } finally {
    if (isRoot) process.seteuid!(0)
    for (const name of shut) await chmod(join(folder, name), 0o755)
  }
}

const filesOf = async (folder: string) => (await lookThrough(folder)).files.map(({ file }) => file)

test('a subfolder that cannot be read is a fault by its own name, and the rest is read', {
  skip: isWindows,
}, async (context) => {
  const folder = await treeWith(context, ['a.txt', '子/b.txt', '子/锁/c.txt', '尾/d.txt'])
  const { files, faults } = await lookShutOut(folder, '子/锁')
  assert.deepEqual(
    files.map(({ file }) => file),
    ['a.txt', '子/b.txt', '尾/d.txt'],
  )
  assert.deepEqual([...faults.keys()], ['子/锁'])
  const { zh, en } = faults.get('子/锁')!.text
  assert.match(zh, /^子\/锁:.*EACCES.*请检查文件夹权限/u)
  assert.match(en, /^子\/锁: .*EACCES.*Check its permissions/u)
})

test('hidden folders and those that systems make are not entered, readable or not', {
  skip: isWindows,
}, async (context) => {
  const made = ['.Trash-0', '$RECYCLE.BIN', 'System Volume Information', '__MACOSX', '@eaDir', '#recycle', 'lost+found']
  const folder = await treeWith(context, [
    'a.txt',
    'Thumbs.db',
    '子/desktop.ini',
    ...made.map((name) => `${name}/b.txt`),
  ])
  const { files, faults, notes } = await lookShutOut(folder, ...made)
  assert.deepEqual([files.map(({ file }) => file), faults.size, notes], [['a.txt'], 0, []])
})

test('names that are not UTF-8 are faults by what they say, a folder as well as a file, and stop nothing', {
  skip: process.platform !== 'linux',
}, async (context) => {
  const folder = await treeWith(context, ['a.txt'])
  const at = (bytes: string) => Buffer.concat([Buffer.from(`${folder}/`), Buffer.from(bytes, 'latin1')])
  const [attached, summary, neither] = ['\xb8\xbd\xbc\xfe', '\xd7\xdc\xbd\xe1.txt', '\xff\xfe\xff.txt'].map(at)
  await mkdir(attached!)
  for (const path of [summary!, neither!, Buffer.concat([attached!, Buffer.from('/c.txt')])])
    await writeFile(path, '灯塔')
  const { files, faults } = await lookThrough(folder)
  // What removes the folder afterwards knows names in UTF-8 only.
  await Promise.all([unlink(summary!), unlink(neither!), unlink(Buffer.concat([attached!, Buffer.from('/c.txt')]))])
  await rename(attached!, join(folder, 'attached'))
  assert.deepEqual(
    files.map(({ file }) => file),
    ['a.txt'],
  )
  assert.deepEqual([...faults.keys()].sort(), ['\\xff\\xfe\\xff.txt', '总结.txt', '附件'])
  assert.match(faults.get('附件')!.text.zh, /^附件:文件夹名不是 UTF-8.*请给它改名.*convmv/u)
  assert.match(faults.get('总结.txt')!.text.en, /^总结\.txt: the file's name is not in UTF-8.*Rename it.*convmv/u)
})

test('a name that leaves no room for a sidecar’s has none', { skip: isWindows }, async (context) => {
  const long = `${'灯'.repeat(83)}.txt`
  const folder = await treeWith(context, ['a.txt', long])
  const { files, faults } = await lookThrough(folder)
  assert.deepEqual([files.map(({ file }) => file), [...faults]], [['a.txt', long], []])
})

test('what browsers save beside a page is passed over with a note, and only that', async (context) => {
  const beside = ['通报_files/ad.html', '年报.files/style.txt', '账目_files/表.txt']
  const folder = await treeWith(context, ['通报.html', '年报.htm', '账目.txt', ...beside])
  const { files, faults, notes } = await lookThrough(folder)
  assert.deepEqual(
    files.map(({ file }) => file),
    ['年报.htm', '账目.txt', '账目_files/表.txt', '通报.html'],
  )
  assert.equal(faults.size, 0)
  assert.equal(notes.length, 1)
  assert.match(notes[0]!.zh, /网页.*年报\.files、通报_files。/u)
  assert.match(notes[0]!.en, /saved web pages.*\(2\): 年报\.files, 通报_files\./u)
})

test('linked folders are read once, under the name in the folder where there is one, and circles are cut', {
  skip: isWindows,
}, async (context) => {
  const folder = await treeWith(context, ['子/a.txt'])
  const elsewhere = join(folder, '..', 'elsewhere')
  await mkdir(join(elsewhere, '年'), { recursive: true })
  await writeFile(join(elsewhere, '年', 'b.txt'), '灯塔镇修好了防波堤。')
  for (const [name, target] of [
    ['一', elsewhere],
    ['二', join(elsewhere, '年')],
    ['三.txt', elsewhere],
    ['自己', '.'],
    ['上面', '..'],
    ['全部', '/'],
    ['子/又是', '.'],
    ['别名', '子'],
  ] as const)
    await symlink(target, join(folder, name))
  await symlink('..', join(elsewhere, '年', 'round'))
  assert.deepEqual(await filesOf(folder), ['一/年/b.txt', '子/a.txt'])
  const { folders } = await walk(folder)
  assert.deepEqual(
    folders.map((path) => path.slice(folder.length)),
    ['', '/子', '/一', '/一/年'],
  )
  await rm(join(folder, '一'))
  assert.deepEqual(await filesOf(folder), ['三.txt/年/b.txt', '子/a.txt'])
})

test('links that lead nowhere are told with where they lead, whatever they are called', {
  skip: isWindows,
}, async (context) => {
  const folder = await treeWith(context, ['a.txt'])
  await symlink('/mnt/unplugged/资料', join(folder, '资料'))
  await symlink('b.txt', join(folder, 'b.txt'))
  const { files, faults } = await lookThrough(folder)
  assert.equal(files.length, 1)
  assert.match(faults.get('资料')!.text.zh, /^资料:无法读取\(ENOENT\),它是指向 \/mnt\/unplugged\/资料 的链接。请/u)
  assert.match(faults.get('资料')!.text.en, /cannot be read \(ENOENT\), it is a link to \/mnt\/unplugged\/资料\./u)
  assert.match(faults.get('b.txt')!.text.en, /\(ELOOP\)/u)
})

test('files whose name tells no kind are read where their bytes tell one, and the others are noted', async (context) => {
  const folder = await treeWith(context, ['2023年工作报告', '1.工作报告', '总结.log', '公报2023.12', 'a.txt'])
  await writeFile(join(folder, 'setup.exe'), Buffer.from([0x4d, 0x5a, 0x90, 0, 3]))
  await writeFile(join(folder, 'app.conf'), 'port = 8080\n')
  await writeFile(join(folder, 'a.pdf.crdownload'), '%PDF-1.7')
  const { files, faults, notes } = await lookThrough(folder)
  assert.deepEqual(
    files.map(({ file, id }) => [file, id]),
    [
      ['1.工作报告', '1.工作报告'],
      ['2023年工作报告', '2023年工作报告'],
      ['a.txt', 'a'],
      ['公报2023.12', '公报2023.12'],
      ['总结.log', '总结'],
    ],
  )
  assert.equal((await loadReport(files[1]!)).text, '灯塔镇的第 0 份工作报告。\n')
  assert.equal(faults.size, 0)
  assert.match(notes.map(({ en }) => en).join('\n'), /^Files that are no reports .* \(2\): app\.conf, setup\.exe\.$/u)
})

test('a document without an extension that no reader reads is told of, one with an unknown extension is passed over', async (context) => {
  const folder = await treeWith(context, ['a.txt'])
  const works = Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.from('MatOST\0', 'utf16le')])
  for (const name of ['通知', 'setup.msi']) await writeFile(join(folder, name), works)
  const { faults, notes } = await lookThrough(folder)
  assert.deepEqual([...faults.keys()], ['通知'])
  assert.match(faults.get('通知')!.text.zh, /无法读取此类文件.*请另存为/u)
  assert.match(notes[0]!.zh, /setup\.msi/u)
})

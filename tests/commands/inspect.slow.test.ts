import assert from 'node:assert/strict'
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { root, run } from './run.ts'

const report = join(root, 'reports/001_fd68bde13d4caed7.txt')

async function folderOf(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'inspect-'))
  t.after(() => rm(folder, { recursive: true }))
  return folder
}

describe('npm run inspect, for files anywhere', () => {
  it('shows several files with what their sidecars state', async (t) => {
    const folder = await folderOf(t)
    await copyFile(report, join(folder, 'first.txt'))
    await writeFile(join(folder, 'first.txt.meta.json'), '{"title": "西城街道", "date": "2021-01-04"}')
    await writeFile(join(folder, 'second.md'), '# 青石镇修桥\n\n三座老桥全部完工。')
    const ran = await run('inspect', [join(folder, 'first.txt'), join(folder, 'second.md')], { language: 'zh' })
    assert.deepEqual([ran.code, ran.stderr], [0, ''])
    assert.match(ran.stdout, /^first\.txt: 西城街道\n {2}格式: 纯文本\n {2}日期: 2021-01-04$/mu)
    assert.match(ran.stdout, /^second\.md: 青石镇修桥\n {2}格式: Markdown$/mu)
  })
})

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { reportPath } from '../../src/answer/address.ts'
import { archiveOf } from '../fixtures/archives.ts'
import { autumn, put, spring } from '../support/testIndex.ts'
import { pageStage } from '../support/webPages.ts'

test('a report inside an archive has a page and is sent by itself, until the archive changes', async () => {
  const archive = archiveOf({ '季/春.txt': spring, '秋.txt': autumn })
  const { app, places } = await pageStage({ after }, { '全年.zip': archive })
  const path = reportPath('全年.zip/季/春')
  const page = await app.request(`/${path}`)
  assert.equal(page.status, 200)
  assert.match(await page.text(), /新建公园三座/u)
  const sent = await app.request(`/${path}/file`)
  assert.equal(await sent.text(), spring)
  assert.equal(sent.headers.get('content-type'), 'text/plain')
  assert.equal(sent.headers.get('content-length'), String(Buffer.byteLength(spring)))
  assert.match(sent.headers.get('content-disposition')!, /filename\*=UTF-8''%E6%98%A5\.txt$/u)
  const head = await app.request(`/${path}/file`, { method: 'HEAD' })
  assert.deepEqual([head.status, await head.text()], [200, ''])
  await put(places.reports, { '全年.zip': archiveOf({ '季/春.txt': `${spring}.`, '秋.txt': autumn }) })
  assert.equal((await app.request(`/${path}/file`)).status, 503)
  assert.equal((await app.request(`/${reportPath('全年.zip/秋')}/file`)).status, 200, 'its words did not change')
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pageStage } from '../support/webPages.ts'

test('who asks in English gets a gloss below each quote, marked as one and no part of it', async (t) => {
  const { app } = await pageStage(t, { '春.txt': '春天的工作报告\n\n全年新修道路二十公里,增设公交线路五条。\n' })
  const get = (path: string) => app.request(`/${path}`)
  const glossesOf = async (question: string) => {
    const { quotes } = (await (await get(`api/search?${question}`)).json()) as { quotes: { gloss: string }[] }
    return quotes.map(({ gloss }) => gloss)
  }
  const question = 'q=How many kilometres of new roads?&lang=en'
  assert.match((await glossesOf(question))[0]!, /^Word by word \(dictionary CC-CEDICT\): .*road/u)
  const page = await (await get(`?${question}`)).text()
  assert.match(page, /<\/q><span class="gloss">Word by word \(dictionary CC-CEDICT\): [^<]*road/u)
  assert.equal((await glossesOf('q=新修道路多少公里'))[0], '')
  assert.doesNotMatch(await (await get('?q=新修道路多少公里')).text(), /class="gloss"/u)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MessageBuilder } from '../../../src/bot/views/message.ts'
import fc from '../../laws.ts'
import { anyText } from '../../text/arbitraries.ts'

const entity = fc.option(fc.constantFrom('bold' as const, 'underline' as const, 'blockquote' as const), {
  nil: undefined,
})
const parts = fc.array(fc.tuple(anyText, entity), { maxLength: 8 })

test('every entity covers exactly the text that it was given with', () => {
  fc.assert(
    fc.property(parts, (parts) => {
      const builder = new MessageBuilder()
      for (const [text, entity] of parts) builder.add(text, entity)
      const { text, entities } = builder.build()
      assert.equal(text, parts.map(([text]) => text).join(''))
      assert.equal(builder.length, text.length)
      assert.deepEqual(
        entities.map(({ type, offset, length }) => [type, text.slice(offset, offset + length)]),
        parts.filter(([text, entity]) => entity && text !== '').map(([text, entity]) => [entity, text]),
      )
    }),
  )
})

test('a message inside a message keeps its formatting at its new place', () => {
  fc.assert(
    fc.property(anyText, parts, entity, (before, parts, entity) => {
      const inner = new MessageBuilder()
      for (const [text, entity] of parts) inner.add(text, entity)
      const part = inner.build()
      const { text, entities } = new MessageBuilder().add(before).addMessage(part, entity).build()
      assert.equal(text, before + part.text)
      const outer =
        entity && part.text !== '' ? [{ type: entity, offset: before.length, length: part.text.length }] : []
      const moved = part.entities.map((inner) => ({ ...inner, offset: inner.offset + before.length }))
      assert.deepEqual(entities, [...outer, ...moved], 'the outer one first, as Telegram lists them')
    }),
  )
})

test('offsets count UTF-16 code units, as Telegram does', () => {
  const { entities } = new MessageBuilder().add('📄𠮷').add('老桥', 'bold').build()
  assert.deepEqual(entities, [{ type: 'bold', offset: 4, length: 2 }])
})

test('an empty text gives no entity', () => {
  assert.deepEqual(new MessageBuilder().add('', 'bold').build(), { text: '', entities: [] })
})

import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { temporaryFolder } from './modelFolder.ts'

/** Numbers in a vector of a small model. */
export const smallDimensions = 32

/**
 * A model that a test makes: one table of vectors, in which words that mean the same have the same, so that it knows two
 * languages as far as they are given to it. Each character of Chinese and each English word is a token.
 *
 * @param meanings words or characters that mean the same; each group gets a vector of its own
 * @param vocabulary how many tokens it has; those that are not used fill it up
 * @returns its folder, as a person would set it
 */
export async function smallModel(
  t: Pick<TestContext, 'after'>,
  meanings: readonly (readonly string[])[],
  vocabulary: number,
): Promise<string> {
  const folder = join(await temporaryFolder(t), 'two-languages')
  const marks = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]']
  const known = [...marks, ...meanings.flat()]
  const tokens = [...known, ...Array.from({ length: vocabulary - known.length }, (_, i) => `[unused${i}]`)]
  const places = new Map(tokens.map((token, i) => [token, i]))
  const table = new Float32Array(vocabulary * smallDimensions)
  for (const [i, group] of meanings.entries())
    for (const word of group) table[places.get(word)! * smallDimensions + 1 + (i % (smallDimensions - 1))] = 1
  // Marks and unknown words say nothing, but a vector must have a length.
  for (let i = 0; i < marks.length; i++) table[i * smallDimensions] = 1e-3
  await mkdir(join(folder, 'onnx'), { recursive: true })
  await writeFile(join(folder, 'onnx', 'model.onnx'), lookUpGraph(table, vocabulary))
  await writeFile(
    join(folder, 'config.json'),
    JSON.stringify({ model_type: 'bert', hidden_size: smallDimensions, vocab_size: vocabulary }),
  )
  await writeFile(join(folder, 'tokenizer_config.json'), JSON.stringify({ tokenizer_class: 'BertTokenizer' }))
  await writeFile(join(folder, 'tokenizer.json'), JSON.stringify(tokenizer(marks, places)))
  return folder
}

function tokenizer(marks: readonly string[], places: ReadonlyMap<string, number>) {
  const added = marks.map((content, id) => ({
    id,
    content,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: true,
  }))
  const special = (id: string) => ({ SpecialToken: { id, type_id: 0 } })
  const ids = (token: string) => ({ id: token, ids: [places.get(token)!], tokens: [token] })
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: added,
    normalizer: {
      type: 'BertNormalizer',
      clean_text: true,
      handle_chinese_chars: true,
      strip_accents: null,
      lowercase: true,
    },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: {
      type: 'TemplateProcessing',
      single: [special('[CLS]'), { Sequence: { id: 'A', type_id: 0 } }, special('[SEP]')],
      pair: [],
      special_tokens: { '[CLS]': ids('[CLS]'), '[SEP]': ids('[SEP]') },
    },
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: {
      type: 'WordPiece',
      unk_token: '[UNK]',
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(places),
    },
  }
}

/** An ONNX model of one operator: row `input_ids` of the table. Written field by field, as onnx.proto numbers them. */
function lookUpGraph(table: Float32Array, rows: number): Uint8Array {
  const [float, int64] = [1, 7]
  const value = (name: string, type: number, shape: readonly (string | number)[]) => {
    const dims = shape.map((size) => (typeof size === 'string' ? text(2, size) : number(1, size)))
    const tensor = [number(1, type), part(2, ...dims.map((dim) => part(1, dim)))]
    return [text(1, name), part(2, part(1, ...tensor))]
  }
  const node = [text(1, 'table'), text(1, 'input_ids'), text(2, 'last_hidden_state'), text(4, 'Gather')]
  const weights = [
    number(1, rows),
    number(1, smallDimensions),
    number(2, float),
    text(8, 'table'),
    part(9, new Uint8Array(table.buffer)),
  ]
  const graph = [
    part(1, ...node),
    text(2, 'lookUp'),
    part(5, ...weights),
    part(11, ...value('input_ids', int64, ['batch', 'length'])),
    part(12, ...value('last_hidden_state', float, ['batch', 'length', smallDimensions])),
  ]
  return Buffer.concat([number(1, 8), part(7, ...graph), part(8, number(2, 13))])
}

function variableLength(value: number): number[] {
  const bytes: number[] = []
  for (; value > 127; value = Math.floor(value / 128)) bytes.push((value % 128) | 128)
  return [...bytes, value]
}

function number(field: number, value: number): Uint8Array {
  return Uint8Array.from([...variableLength(field * 8), ...variableLength(value)])
}

function part(field: number, ...content: readonly Uint8Array[]): Uint8Array {
  const body = Buffer.concat(content)
  return Buffer.concat([Uint8Array.from([...variableLength(field * 8 + 2), ...variableLength(body.length)]), body])
}

function text(field: number, content: string): Uint8Array {
  return part(field, Buffer.from(content))
}

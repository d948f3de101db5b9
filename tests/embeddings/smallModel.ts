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
  const known = [...marks, ...meanings.flat()]
  const tokens = [...known, ...Array.from({ length: vocabulary - known.length }, (_, i) => `[unused${i}]`)]
  const places = new Map(tokens.map((token, i) => [token, i]))
  const table = new Float32Array(vocabulary * smallDimensions)
  for (const [i, group] of meanings.entries())
    for (const word of group) table[places.get(word)! * smallDimensions + 1 + (i % (smallDimensions - 1))] = 1
  // Marks and unknown words say nothing, but a vector must have a length.
  for (let i = 0; i < marks.length; i++) table[i * smallDimensions] = 1e-3
  return written(t, 'two-languages', lookUpGraph(table, vocabulary), places)
}

/**
 * A reranker that a test makes: the logit of a passage for a question is what the characters of both are worth on average, the
 * model's own marks among them.
 *
 * @param worth of some characters; the others are worth nothing
 * @returns its folder, as a person would set it
 */
export async function smallReranker(
  t: Pick<TestContext, 'after'>,
  worth: Readonly<Record<string, number>>,
): Promise<string> {
  const places = new Map([...marks, ...Object.keys(worth)].map((token, i) => [token, i]))
  const table = Float32Array.from(places.keys(), (token) => worth[token] ?? 0)
  return written(t, 'reranker', meanGraph(table), places)
}

const marks = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]']

async function written(
  t: Pick<TestContext, 'after'>,
  name: string,
  model: Uint8Array,
  places: ReadonlyMap<string, number>,
): Promise<string> {
  const folder = join(await temporaryFolder(t), name)
  await mkdir(join(folder, 'onnx'), { recursive: true })
  await writeFile(join(folder, 'onnx', 'model.onnx'), model)
  await writeFile(
    join(folder, 'config.json'),
    JSON.stringify({ model_type: 'bert', hidden_size: smallDimensions, vocab_size: places.size }),
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
      pair: [
        special('[CLS]'),
        { Sequence: { id: 'A', type_id: 0 } },
        special('[SEP]'),
        { Sequence: { id: 'B', type_id: 1 } },
        special('[SEP]'),
      ],
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

const [float, int64] = [1, 7]

/** An ONNX model of one operator: row `input_ids` of the table. Written field by field, as onnx.proto numbers them. */
function lookUpGraph(table: Float32Array, rows: number): Uint8Array {
  const node = part(1, text(1, 'table'), text(1, 'input_ids'), text(2, 'last_hidden_state'), text(4, 'Gather'))
  const output = value('last_hidden_state', float, ['batch', 'length', smallDimensions])
  return graph([node], tensor('table', table, [rows, smallDimensions]), output)
}

/** An ONNX model of two operators: the mean over `input_ids` of their rows in a table of one column. */
function meanGraph(table: Float32Array): Uint8Array {
  const rows = part(1, text(1, 'table'), text(1, 'input_ids'), text(2, 'rows'), text(4, 'Gather'))
  const attribute = (name: string, type: number, set: Uint8Array) => part(5, text(1, name), set, number(20, type))
  const attributes = [attribute('axes', 7, number(8, 1)), attribute('keepdims', 2, number(3, 0))]
  const mean = part(1, text(1, 'rows'), text(2, 'logits'), text(4, 'ReduceMean'), ...attributes)
  return graph([rows, mean], tensor('table', table, [table.length, 1]), value('logits', float, ['batch', 1]))
}

function value(name: string, type: number, shape: readonly (string | number)[]): readonly Uint8Array[] {
  const dims = shape.map((size) => (typeof size === 'string' ? text(2, size) : number(1, size)))
  const described = [number(1, type), part(2, ...dims.map((dim) => part(1, dim)))]
  return [text(1, name), part(2, part(1, ...described))]
}

function tensor(name: string, values: Float32Array, shape: readonly number[]): readonly Uint8Array[] {
  const dims = shape.map((size) => number(1, size))
  return [...dims, number(2, float), text(8, name), part(9, new Uint8Array(values.buffer))]
}

function graph(
  nodes: readonly Uint8Array[],
  weights: readonly Uint8Array[],
  output: readonly Uint8Array[],
): Uint8Array {
  const input = value('input_ids', int64, ['batch', 'length'])
  const whole = [...nodes, text(2, 'small'), part(5, ...weights), part(11, ...input), part(12, ...output)]
  return Buffer.concat([number(1, 8), part(7, ...whole), part(8, number(2, 13))])
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

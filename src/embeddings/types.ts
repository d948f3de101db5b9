/** Everything of a model by which an index tells whether that model made it. */
export interface ModelDescription {
  /** A Hugging Face id or the path of a local folder. */
  readonly id: string
  /** SHA-256 of the weights file, hexadecimal. */
  readonly sha256: string
  readonly dimensions: number
  readonly pooling: 'cls' | 'mean'
  /** Stands before a question when its one vector is made; token vectors are made without it. */
  readonly queryPrefix: string
}

/** One text, embedded. All vectors have unit length. */
export interface Embedding {
  /** The vector of the whole text, `dimensions` numbers. */
  readonly vector: Float32Array
  /** The vectors of its tokens laid end to end, special tokens left out: `tokenStarts.length × dimensions` numbers. */
  readonly tokens: Float32Array
  /** The position in the given text at which each token starts, in UTF-16 code units. */
  readonly tokenStarts: Uint32Array
}

/** An embedding whose token vectors are packed by `packTokens`, as an index keeps them. */
export interface PackedEmbedding extends Omit<Embedding, 'tokens'> {
  readonly tokens: Uint8Array
}

/** Turns texts into vectors. The caller normalises texts; longer ones than the model reads are cut at its limit. */
export interface Embedder {
  readonly model: ModelDescription
  /** True for a model that reads English as well as Chinese, for which English questions need no translation. */
  readonly isMultilingual: boolean
  /** Embeds texts as they are, in the order given. @throws ModelError when the model cannot be loaded. */
  embed(texts: readonly string[]): Promise<Embedding[]>
  /** Embeds for an index, in an eighth of the memory. @throws Error when `dimensions` is no multiple of 32 */
  embedPacked(texts: readonly string[]): Promise<PackedEmbedding[]>
  /** Frees the model's memory. The embedder must not be used again. */
  dispose(): Promise<void>
}

/** Judges how well passages answer a question, reading both together. */
export interface Reranker {
  /** A Hugging Face id or the path of a local folder. */
  readonly id: string
  /** The logit that each passage answers, in the order given. @throws ModelError when the model cannot be loaded. */
  score(question: string, passages: readonly string[]): Promise<number[]>
  /** Frees the model's memory. The reranker must not be used again. */
  dispose(): Promise<void>
}

/** The tasks that a model can be run for, each with its input and output. */
export interface Tasks {
  /** Embeds a text, with its token vectors packed for an index. */
  embed: { input: { text: string; isPacked: boolean }; output: Embedding | PackedEmbedding }
  /** Judges how well a passage answers a question. */
  score: { input: { question: string; passage: string }; output: number }
}
export type Task = keyof Tasks

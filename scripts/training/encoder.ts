/**
 * The encoders that training makes: two halves, each taught by half of train's documents, so that the ranker can learn
 * from rankings by an encoder that has not seen the questions; and one taught by all, which is shipped.
 */
export interface Encoder {
  /** Its folder's. */
  readonly name: string
  /** The folds of train. */
  readonly learnedFrom: readonly number[]
}

export const halves: readonly Encoder[] = [
  { name: 'half-1', learnedFrom: [0, 2] },
  { name: 'half-2', learnedFrom: [1, 3] },
]
export const whole: Encoder = { name: 'whole', learnedFrom: [0, 1, 2, 3] }

/** Questions of each public set that the encoders are taught; the ranker learns from others. */
export const publicQuestions = 400

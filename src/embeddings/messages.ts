import type { Bilingual } from '../errors.ts'
import type { ModelFiles } from './model.ts'
import type { ModelDescription, Task, Tasks } from './types.ts'

/** The data that a worker thread starts with. */
export interface WorkerSetup<Of extends Task = Task> {
  readonly task: Of
  readonly files: ModelFiles
  /** Null for a task that embeds nothing. */
  readonly model: ModelDescription | null
  /** Threads that share a run of the model. */
  readonly threads: number
  /** See `gate.ts`; closed when the process ends. */
  readonly gate: Int32Array
}

/** A message from the pool to a worker. */
export type WorkerRequest<Of extends Task = Task> =
  | { readonly kind: 'run'; readonly id: number; readonly isUrgent: boolean; readonly input: Tasks[Of]['input'] }
  | { readonly kind: 'end' }

/** A message from a worker to the pool: the model is loaded, or cannot be; a run is done, or failed. */
export type WorkerReply<Of extends Task = Task> =
  | { readonly kind: 'ready' }
  | { readonly kind: 'unusable'; readonly text: Bilingual }
  | { readonly kind: 'done'; readonly id: number; readonly output: Tasks[Of]['output'] }
  | { readonly kind: 'failed'; readonly id: number; readonly stack: string }

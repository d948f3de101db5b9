import { BotError, GrammyError, HttpError } from 'grammy'
import { textIn } from '../answer/locale.ts'
import { QuestionError, UserError } from '../errors.ts'
import { withoutAddresses } from './api/ornaments.ts'
import { reasonOf } from './api/retry.ts'
import { type BotContext, type BotDependencies, textsFor } from './context.ts'
import { alert, reply } from './send.ts'

/**
 * Handles the failure of one update, which never stops the bot: refusals of Telegram are counted, and other errors are
 * logged and reported to the asker.
 * @throws the error itself when it is not from handling an update
 */
export async function handleFailure(error: unknown, dependencies: BotDependencies): Promise<void> {
  if (!(error instanceof BotError)) throw error
  const { log, metrics } = dependencies
  const { error: cause, ctx: context } = error as BotError<BotContext>
  if (cause instanceof GrammyError) {
    metrics.counted(reasonOf(cause))
    log.warn(`Telegram refused ${cause.method}: ${cause.error_code} ${withoutAddresses(cause.description)}`)
    return
  }
  const text = failureText(cause, context, dependencies)
  const onUnsent = (error: unknown) => log.warn('the failure could not be reported to the asker', String(error))
  if (context.callbackQuery) await alert(context, text).catch(onUnsent)
  if (context.has('message')) await reply(context, text).catch(onUnsent)
}

/** The text that reports a failure to the asker. The details are for the operator and go to the log. */
function failureText(error: unknown, context: BotContext, dependencies: BotDependencies): string {
  if (error instanceof UserError) return refusalText(error, context, dependencies)
  const { log, metrics } = dependencies
  if (error instanceof HttpError) {
    metrics.counted('unreachable')
    log.warn('Telegram could not be reached for an answer', error.message)
  } else {
    metrics.counted('defect')
    log.error('a question could not be answered', error)
  }
  return textsFor(context).failed
}

/**
 * The text for an asker whose question could not be answered. It says what is wrong with the question, or that the
 * index cannot be used for now; the index's addresses and paths go to the log only.
 * @throws the error itself where it is a defect
 */
export function refusalText(error: unknown, context: BotContext, { log, metrics }: BotDependencies): string {
  if (!(error instanceof UserError)) throw error
  if (error instanceof QuestionError) {
    metrics.counted('question refused')
    return textIn(error.text, context.language)
  }
  metrics.counted('no index')
  log.warn('a question could not be answered', error.text.en)
  return textsFor(context).unavailable
}

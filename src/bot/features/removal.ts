import { Composer } from 'grammy'
import { normalize } from '../../text/normalize.ts'
import { isAdmin } from '../access.ts'
import { type BotContext, type BotDependencies, textsFor } from '../context.ts'
import { reply } from '../send.ts'
import { renderChoice, shownName } from '../views/renderFiles.ts'

/** Reports offered at a time. */
const maxChoices = 8

/** `/remove` lists reports as buttons, for admins in private. `fileButtons.ts` handles the buttons. */
export function removal({ library, access }: BotDependencies): Composer<BotContext> {
  const composer = new Composer<BotContext>()
  composer.on('message:text').command('remove', async (context, next) => {
    if (context.chat.type !== 'private') return next()
    const say = textsFor(context).files
    if (!isAdmin(context, access)) return reply(context, textsFor(context).onlyAdmins)
    const words = context.match.trim()
    const matches = library.files.filter(({ title, file }) => holds(`${title} ${file}`, words))
    if (library.files.length === 0) return reply(context, say.folderEmpty)
    if (matches.length === 0) return reply(context, say.noMatch(shownName(words)))
    const shown = matches.slice(0, maxChoices)
    const isAll = shown.length === matches.length
    const text = isAll ? say.choose : say.chooseFirst(shown.length, matches.length)
    return reply(context, renderChoice(text, shown))
  })
  return composer
}

/** True when the text holds each of the words, in any case and width. */
function holds(text: string, words: string): boolean {
  const folded = normalize(text).text
  return normalize(words)
    .text.split(/\s+/u)
    .every((word) => folded.includes(word))
}

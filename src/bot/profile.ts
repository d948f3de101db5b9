import { type Bot, GrammyError } from 'grammy'
import type { BotCommand, BotCommandScope } from 'grammy/types'
import type { BotContext, BotDependencies } from './context.ts'
import { botTexts } from './views/texts.ts'

/** Registers the bot's profile for clients: descriptions, commands by scope and language, and the menu button. */
export async function publishProfile(
  bot: Bot<BotContext>,
  { access, language, pages }: Pick<BotDependencies, 'access' | 'language' | 'pages'>,
): Promise<void> {
  const publish = async (of: (language: 'zh' | 'en') => readonly BotCommand[], scope?: BotCommandScope) => {
    await bot.api.setMyCommands(of('en'), { ...(scope && { scope }) })
    await bot.api.setMyCommands(of('zh'), { ...(scope && { scope }), language_code: 'zh' })
  }
  await publish((language) => botTexts[language].commands.everywhere)
  await publish((language) => botTexts[language].commands.groups, { type: 'all_group_chats' })
  for (const [language, code] of [
    ['en', {}],
    ['zh', { language_code: 'zh' }],
  ] as const) {
    await bot.api.setMyDescription(botTexts[language].description, code)
    await bot.api.setMyShortDescription(botTexts[language].shortDescription, code)
  }
  // The button is set without pages, too: a button from an earlier start would lead nowhere.
  const menu_button = pages
    ? { type: 'web_app' as const, text: botTexts[language].buttons.search, web_app: { url: pages.home } }
    : { type: 'default' as const }
  await bot.api.setChatMenuButton({ menu_button })
  // Telegram refuses this for an admin who never wrote to the bot: there is no chat to suggest commands in.
  for (const admin of access.admins) {
    const scope = { type: 'chat', chat_id: admin } as const
    await publish((language) => botTexts[language].commands.admins, scope).catch((error) => {
      if (!(error instanceof GrammyError)) throw error
    })
  }
}

import type { Locale } from '../answer/locale.ts'
import { readAssets } from './assets.ts'
import { otherLanguage, pageHtml, type Surroundings } from './frame.ts'
import { html } from './html.ts'
import { readerTexts } from './texts.ts'

/** Why somebody is not let in: nothing was shown (`absent`), it is too old, forged or used up (`invalid`), or its person may not. */
export type RefusalReason = 'absent' | 'invalid' | 'forbidden'

export interface Refusal {
  readonly language: Locale
  readonly reason: RefusalReason
  /** The way from the refused address to the reader's own: `./` for `/`, `../` for `/r/:report`. */
  readonly root: string
  readonly botUsername?: string
  /** The address of the quote that was to be opened, with which the bot shows it. */
  readonly quote?: string
}

let assets: ReturnType<typeof readAssets> | undefined

/**
 * The page for somebody who is not let in. Inside Telegram its script asks for a session at `api/session` and opens the
 * page anew; the assets must be reachable without one.
 */
export function renderRefusal({ language, reason, root, botUsername, quote }: Refusal): string {
  const start = quote === undefined ? '' : `?start=${quote}`
  assets ??= readAssets()
  const say = readerTexts[language]
  const around: Surroundings = {
    language,
    isLanguageAsked: false,
    readsAll: false,
    root,
    asset: assets.address,
    botUsername,
  }
  return pageHtml(around, {
    title: `${say.refusal[reason].title} · ${say.name}`,
    script: 'session',
    kind: 'told',
    scriptTexts: {
      waiting: say.refusal.waiting,
      forbidden: `${say.refusal.forbidden.title}\n${say.refusal.forbidden.text}`,
      invalid: `${say.refusal.invalid.title}\n${say.refusal.invalid.text}`,
    },
    inOtherLanguage: otherLanguage(around, '', {}),
    top: null,
    main: html`<main id="main" data-reason="${reason}">
<h1>${say.refusal[reason].title}</h1>
<p role="status">${say.refusal[reason].text}</p>
${botUsername !== undefined && html`<p><a class="button" href="https://t.me/${botUsername}${start}">${say.refusal.open}</a></p>`}
</main>`,
  })
}

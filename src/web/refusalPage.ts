import { readAssets } from './assets.ts'
import { html } from './html.ts'
import { otherLanguage, pageHtml, type Surroundings } from './pageShell.ts'
import { type RefusalReason, webTexts } from './texts.ts'

interface Refusal extends Pick<Surroundings, 'language' | 'root'>, Partial<Pick<Surroundings, 'botUsername'>> {
  readonly reason: RefusalReason
  /** The address of the quote that the visitor wanted to open, with which the bot shows it. */
  readonly quote?: string | undefined
}

/**
 * The page for a visitor who is not let in. Inside Telegram its script asks for a session at `api/session` and opens
 * the page anew, so the assets must be reachable without a session.
 */
export function renderRefusal({ language, reason, root, botUsername, quote }: Refusal): string {
  const start = quote === undefined ? '' : `?start=${quote}`
  const say = webTexts[language]
  const { address: asset } = readAssets()
  const around: Surroundings = { language, isLanguageAsked: false, readsAll: false, root, asset, botUsername }
  return pageHtml(around, {
    title: `${say.refusal[reason].title} · ${say.name}`,
    script: 'session',
    kind: 'message-page',
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

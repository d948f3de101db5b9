import type { Locale } from '../answer/locale.ts'
import type { AssetName } from './assets.ts'
import { type Html, html, type Value } from './html.ts'
import { htmlTags } from './language.ts'
import { webTexts } from './texts.ts'

/** The settings that all parts of a page share. */
export interface Surroundings {
  readonly language: Locale
  /** True where the address asks for the language, which links then carry on. */
  readonly isLanguageAsked: boolean
  /**
   * True where the visitor may read everything. A visitor with links to single reports gets neither the search nor the
   * list.
   */
  readonly readsAll: boolean
  /** The relative path from this page to the pages' own address: `./` for `/`, `../` for `/r/:report`. */
  readonly root: string
  /** The address of an asset, below the pages' own. */
  readonly asset: (name: AssetName) => string
  readonly botUsername: string | undefined
}

/** The parameters of an address, in order; null and empty values are left out. */
export type Parameters = Readonly<Record<string, string | number | null | undefined | readonly string[]>>

/** The relative address of a page, in the visitor's language. */
export function addressOf(around: Surroundings, path: string, parameters: Parameters = {}, fragment = ''): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries({
    ...parameters,
    lang: around.isLanguageAsked ? around.language : null,
  })) {
    const values = Array.isArray(value) ? (value as readonly string[]) : [value]
    for (const one of values) if (one !== null && one !== undefined && one !== '') query.append(name, String(one))
  }
  const asked = query.size > 0 ? `?${query}` : ''
  return `${around.root}${path}${asked}${fragment === '' ? '' : `#${fragment}`}`
}

export interface PageContent {
  readonly title: string
  readonly script: 'search' | 'report' | 'session'
  /** The address of the same page in the other language. */
  readonly inOtherLanguage: string
  /** The body's class, by which the stylesheet and the scripts know the page. */
  readonly kind: 'search' | 'report' | 'message-page'
  /** The texts that the page's script shows. */
  readonly scriptTexts: Readonly<Record<string, string>>
  readonly top: Value
  readonly main: Value
}

/** The HTML of a whole page, without inline scripts and styles and without anything from other hosts. */
export function pageHtml(around: Surroundings, page: PageContent): string {
  const { language, readsAll, root, asset, botUsername } = around
  const say = webTexts[language]
  const other = otherThan(language)
  const address = (name: AssetName) => `${root}${asset(name)}`
  const home = addressOf(around, '')
  const document: Html = html`<!doctype html>
<html lang="${htmlTags[language]}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<meta name="referrer" content="no-referrer">
<title>${page.title}</title>
<link rel="icon" href="${address('icon.svg')}" type="image/svg+xml">
<link rel="stylesheet" href="${address('style.css')}">
<script src="${address('telegram.js')}"></script>
<script type="module" src="${address(`${page.script}.js`)}"></script>
</head>
<body class="${page.kind}" data-root="${root}"${readsAll && html` data-home="${home}"`} data-texts="${JSON.stringify(page.scriptTexts)}">
<a class="skip" href="#main">${say.skip}</a>
<header class="site">
${readsAll ? html`<a class="wordmark" href="${home}" aria-label="${say.home}">${say.name}</a>` : html`<span class="wordmark">${say.name}</span>`}
${page.top}
<a class="language" href="${page.inOtherLanguage}" lang="${htmlTags[other]}" hreflang="${other}">${say.otherLanguage}</a>
</header>
${page.main}
<footer class="site">
<p>${say.name} · ${say.tagline}${botUsername !== undefined && html` · <a href="https://t.me/${botUsername}" rel="noreferrer">${say.inTelegram}</a>`}</p>
</footer>
</body>
</html>
`
  return document.html
}

/** The address of the same page in the other language. */
export function otherLanguage({ root, language }: Surroundings, path: string, parameters: Parameters): string {
  const asked = { root, language: otherThan(language), isLanguageAsked: true } as Surroundings
  return addressOf(asked, path, parameters)
}

function otherThan(language: Locale): Locale {
  return language === 'en' ? 'zh' : 'en'
}

/** A page with one message, as that there is no such report or that something failed. */
export function messagePage(around: Surroundings, text: string): string {
  const say = webTexts[around.language]
  return pageHtml(around, {
    title: say.name,
    script: 'report',
    kind: 'message-page',
    scriptTexts: {},
    inOtherLanguage: otherLanguage(around, '', {}),
    top: null,
    main: html`<main id="main"><h1>${text}</h1>${around.readsAll && html`<p><a href="${around.root}">${say.back}</a></p>`}</main>`,
  })
}

import { html } from './html.ts'
import { otherLanguage, pageHtml, type Surroundings } from './pageShell.ts'
import { webTexts } from './texts.ts'

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

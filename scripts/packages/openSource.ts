import type { KnownBlock, KnownShape, KnownSlide, KnownSlides, KnownText } from '../../tests/fixtures/knownPackages.ts'

/** Writes known content as flat OpenDocument, which LibreOffice converts to all other formats. */

const spaces = [
  ...['office', 'text', 'table', 'style', 'presentation', 'meta'].map((name) => [name, `${name}:1.0`]),
  ['draw', 'drawing:1.0'],
  ['fo', 'xsl-fo-compatible:1.0'],
  ['svg', 'svg-compatible:1.0'],
].map(([prefix, name]) => `xmlns:${prefix}="urn:oasis:names:tc:opendocument:xmlns:${name}"`)

export function slidesSource({ title, slides }: KnownSlides): string {
  const styles = `<style:page-layout style:name="PM"><style:page-layout-properties fo:page-width="28cm" fo:page-height="15.75cm"/></style:page-layout>
<style:presentation-page-layout style:name="titled"><presentation:placeholder presentation:object="title" svg:x="1cm" svg:y="0.6cm" svg:width="26cm" svg:height="2cm"/></style:presentation-page-layout>
<style:style style:name="placed" style:family="presentation"/>
<style:style style:name="shown" style:family="drawing-page"/>
<style:style style:name="hidden" style:family="drawing-page"><style:drawing-page-properties presentation:visibility="hidden"/></style:style>`
  const empty = ' presentation:placeholder="true"'
  const frames = [
    frame([1, 0.6, 26, 2], `${placeholder('title')}${empty}`, box([])),
    frame([1, 15, 8, 0.6], '', box(['母版上的字'])),
    `<presentation:notes draw:style-name="shown">${frame([2, 14, 16, 10], `${placeholder('notes')}${empty}`, box([]))}</presentation:notes>`,
  ]
  const master = `<style:master-page style:name="Default" style:page-layout-name="PM" draw:style-name="shown">${frames.join('')}</style:master-page>`
  return document('presentation', { title }, styles, master, slides.map(slide).join('\n'))
}

function slide({ title, isHidden, shapes, notes }: KnownSlide, i: number): string {
  const head = title ? frame([1, 0.6, 26, 2], placeholder('title'), box([title])) : ''
  const below = notes
    ? `<presentation:notes draw:style-name="shown"><draw:page-thumbnail svg:x="3cm" svg:y="2cm" svg:width="14cm" svg:height="8cm" draw:page-number="${i + 1}" presentation:class="page"/>${frame([2, 14, 16, 10], placeholder('notes'), box(notes))}</presentation:notes>`
    : ''
  return `<draw:page draw:name="page${i + 1}" draw:style-name="${isHidden ? 'hidden' : 'shown'}" draw:master-page-name="Default"${title ? ' presentation:presentation-page-layout-name="titled"' : ''}>${[...shapes].reverse().map(shape).join('')}${head}${below}</draw:page>`
}

function shape({ at, paragraphs, rows, group }: KnownShape): string {
  if (group) return `<draw:g>${[...group].reverse().map(shape).join('')}</draw:g>`
  return frame(at, '', rows ? table(rows, 0) : box(paragraphs ?? []))
}

function frame([x, y, width, height]: KnownShape['at'], attributes: string, content: string): string {
  return `<draw:frame${attributes} svg:x="${x}cm" svg:y="${y}cm" svg:width="${width}cm" svg:height="${height}cm">${content}</draw:frame>`
}

function placeholder(kind: string): string {
  return ` presentation:style-name="placed" presentation:class="${kind}" presentation:user-transformed="true"`
}

function box(paragraphs: readonly string[]): string {
  return `<draw:text-box>${paragraphs.map((words) => paragraph(words)).join('')}</draw:text-box>`
}

export function textSource({ title, creator, blocks }: KnownText): string {
  const styles = `<style:style style:name="hidden" style:family="text"><style:text-properties text:display="none"/></style:style>
<style:style style:name="raised" style:family="text"><style:text-properties style:text-position="super 58%"/></style:style>
<text:list-style style:name="points"><text:list-level-style-bullet text:level="1" text:bullet-char="•"/></text:list-style>`
  const changes = blocks.flatMap(({ deleted }, i) =>
    deleted
      ? `<text:changed-region text:id="change${i}"><text:deletion><office:change-info><dc:creator>甲</dc:creator><dc:date>2023-05-01T00:00:00</dc:date></office:change-info>${paragraph(deleted)}</text:deletion></text:changed-region>`
      : [],
  )
  const tracked = changes.length > 0 ? `<text:tracked-changes>${changes.join('')}</text:tracked-changes>` : ''
  return document('text', { title, creator }, styles, '', tracked + blocks.map(block).join('\n'))
}

function block(known: KnownBlock, i: number): string {
  const { level, text = '', hidden, deleted, comment, footnote, items, rows, headRows = 0 } = known
  if (rows) return table(rows, headRows)
  if (items)
    return `<text:list text:style-name="points">${items.map((item) => `<text:list-item>${paragraph(item)}</text:list-item>`).join('')}</text:list>`
  if (level)
    return `<text:h text:style-name="Heading_20_${level}" text:outline-level="${level}">${escaped(text)}</text:h>`
  const parts = [
    escaped(text).replace(/\^(\d+)/gu, '<text:span text:style-name="raised">$1</text:span>'),
    hidden && `<text:span text:style-name="hidden">${escaped(hidden)}</text:span>`,
    deleted && `<text:change text:change-id="change${i}"/>`,
    comment && `<office:annotation><dc:creator>甲</dc:creator>${paragraph(comment)}</office:annotation>`,
    footnote &&
      `<text:note text:note-class="footnote"><text:note-citation>1</text:note-citation><text:note-body>${paragraph(footnote)}</text:note-body></text:note>`,
    known.box &&
      `<draw:frame text:anchor-type="paragraph" svg:width="6cm" svg:height="2cm">${box([known.box])}</draw:frame>`,
  ]
  return `<text:p>${parts.filter(Boolean).join('')}</text:p>`
}

/** A table, whose merged cells go as far to the right, or in the first column down, as there is null beside them. @param headRows 0 on slides, where LibreOffice drops rows that are marked as the head */
function table(rows: readonly (readonly (string | null)[])[], headRows: number): string {
  const width = rows[0]!.length
  const written = rows.map((row, y) => {
    const cells = row.map((words, x) => {
      if (words === null) return '<table:covered-table-cell/>'
      const right = row.slice(x + 1).findIndex((cell) => cell !== null)
      const columns = x === 0 ? 1 : right < 0 ? width - x : right + 1
      const below = rows.slice(y + 1).findIndex(([first]) => first !== null)
      const down = x > 0 ? 1 : below < 0 ? rows.length - y : below + 1
      return `<table:table-cell table:number-columns-spanned="${columns}" table:number-rows-spanned="${down}">${paragraph(words)}</table:table-cell>`
    })
    return `<table:table-row>${cells.join('')}</table:table-row>`
  })
  const head =
    headRows > 0 ? `<table:table-header-rows>${written.slice(0, headRows).join('')}</table:table-header-rows>` : ''
  return `<table:table table:use-first-row-styles="true"><table:table-column table:number-columns-repeated="${width}"/>${head}${written.slice(headRows).join('')}</table:table>`
}

function paragraph(words: string): string {
  return `<text:p>${escaped(words)}</text:p>`
}

function escaped(words: string): string {
  return words.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}

function document(
  kind: 'presentation' | 'text',
  { title, creator }: { title: string; creator?: string | undefined },
  styles: string,
  master: string,
  body: string,
): string {
  const meta = `<dc:title>${escaped(title)}</dc:title>${creator ? `<meta:initial-creator>${creator}</meta:initial-creator><dc:creator>${creator}</dc:creator>` : ''}`
  return `<?xml version="1.0" encoding="UTF-8"?>
<office:document ${spaces.join(' ')} xmlns:dc="http://purl.org/dc/elements/1.1/" office:version="1.3" office:mimetype="application/vnd.oasis.opendocument.${kind}"><office:meta>${meta}</office:meta><office:automatic-styles>${styles}</office:automatic-styles><office:master-styles>${master}</office:master-styles><office:body><office:${kind}>
${body}
</office:${kind}></office:body></office:document>
`
}

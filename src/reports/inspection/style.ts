/** The look of an inspection: four paragraph colours that the colour-blind tell apart, by lightness too. */
export const style = `
:root {
  --ink: #1d1d1f; --faint: #6b6b70; --paper: #fff; --ground: #f3f2ef; --line: #d9d7d2; --link: #0b5cad; --lit: #1d1d1f;
  --c0: #cfe5f7; --c1: #ffe9b8; --c2: #c9ecdd; --c3: #f6d9e8; --doubt: #b3261e; --strong: #0b3d66; --warn: #fff3d6;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ink: #e9e7e2; --faint: #9d9ba0; --paper: #1b1c1e; --ground: #121314; --line: #3a3b3f; --link: #8ec5ff; --lit: #fff;
    --c0: #17405f; --c1: #59430f; --c2: #17493a; --c3: #552742; --doubt: #ff9b90; --strong: #b9dcff; --warn: #3d3213;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.75 system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; }
a { color: var(--link); }
.report { max-width: 78rem; margin: 0 auto; padding: 1.25rem; }
.report + .report { border-top: 4px double var(--line); }
h1 { font-size: 1.5rem; line-height: 1.35; margin: 0 0 .5rem; overflow-wrap: anywhere; }
h2 { font-size: .85rem; font-weight: 600; color: var(--faint); margin: 0 0 .5rem; }
dl { display: flex; flex-wrap: wrap; gap: .15rem 1.25rem; margin: 0; font-size: .9rem; }
dl div { display: flex; gap: .4rem; min-width: 0; }
dt { color: var(--faint); flex: none; }
dt::after { content: ":"; }
dd { margin: 0; overflow-wrap: anywhere; }
.note { flex-basis: 100%; background: var(--warn); padding: .1rem .5rem; border-radius: 4px; }
.legend { font-size: .85rem; line-height: 2; margin: .75rem 0 1rem; }
.legend span { margin-right: .4rem; white-space: nowrap; }
.seam { color: var(--doubt); }
nav { font-size: .9rem; line-height: 1.5; margin-bottom: 1rem; }
nav ol, nav ul { margin: 0; padding-left: 1.4rem; }
nav li { margin: .25rem 0; overflow-wrap: anywhere; }
nav ul { list-style: none; padding-left: .6rem; }
nav .d1 { padding-left: .8rem; } nav .d2 { padding-left: 1.6rem; } nav .d3 { padding-left: 2.4rem; }
nav small { color: var(--faint); white-space: nowrap; }
nav a { text-decoration: none; } nav a:hover { text-decoration: underline; }
.page { background: var(--paper); border: 1px solid var(--line); border-radius: 8px; padding: 1.25rem 1.5rem; margin-bottom: 1rem; }
.text { white-space: pre-wrap; overflow-wrap: anywhere; color: var(--faint); }
.text span { -webkit-box-decoration-break: clone; box-decoration-break: clone; }
.text a[id] { scroll-margin-top: 4rem; }
.text a[id]:target + span, .text a[id]:target + a[id] + span { outline: 2px solid var(--link); outline-offset: 2px; }
.headline, .kicker, .byline, .section, .paragraph { color: var(--ink); border-radius: 3px; padding: .1em 0; }
.paragraph.c0 { background: var(--c0); } .paragraph.c1 { background: var(--c1); }
.paragraph.c2 { background: var(--c2); } .paragraph.c3 { background: var(--c3); }
.headline { font-weight: 700; color: var(--strong); border-bottom: 3px solid var(--strong); }
.kicker { color: var(--strong); border-bottom: 2px dotted var(--strong); }
.byline { font-style: italic; border-bottom: 1px dashed var(--ink); }
.section { font-weight: 700; border-left: 4px solid var(--strong); padding-left: .3em; }
.dropped { color: var(--faint); border: 1px dashed var(--faint); border-radius: 3px; padding: 0 .2em; }
.text [data-reason]::before { content: attr(data-reason); font: .7em/1 system-ui, sans-serif; border-right: 1px dashed var(--faint); padding-right: .4em; margin-right: .4em; vertical-align: .1em; }
.doubtful { text-decoration: underline wavy var(--doubt) 1.5px; text-underline-offset: 3px; }
.uncertain-table { text-decoration: underline dotted var(--doubt) 2px; text-underline-offset: 3px; }
.text [data-n]::before { content: attr(data-n); font: 600 .7em/1 system-ui, sans-serif; color: var(--paper); background: var(--strong); border-radius: 3px; padding: .15em .35em; margin-right: .3em; vertical-align: .15em; }
.seam-before:not([data-n])::before { content: "⁀\\2060"; color: var(--doubt); font-weight: 700; }
.seam-after::after { content: "\\2060⁀"; color: var(--doubt); font-weight: 700; }
.lit { box-shadow: 0 0 0 2px var(--lit); }
@media (min-width: 60rem) {
  .columns { display: grid; grid-template-columns: minmax(14rem, 20rem) minmax(0, 1fr); gap: 1.5rem; align-items: start; }
  nav { position: sticky; top: 1rem; max-height: calc(100vh - 2rem); overflow: auto; }
}
@media (max-width: 40rem) {
  .report { padding: .75rem; }
  .page { padding: .75rem; border-radius: 6px; }
  h1 { font-size: 1.2rem; }
}
@media print { nav { display: none; } .page { border: 0; } }
`

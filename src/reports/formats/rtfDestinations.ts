/** The groups of RTF whose content is not text, or is text that the document's does not hold. */
export const skippedDestinations = new Set(
  `aftncn aftnsep aftnsepc annotation atnauthor atndate atnicn atnid atnparent atnref atntime atrfend atrfstart background
  bkmkend bkmkstart blipuid buptim category colorschememapping colortbl comment company datafield datastore defchp defpap do
  docvar doccomm factoidname falt fchars ffdeftext ffentrymcr ffexitmcr ffformat ffhelptext ffl ffname ffstattext file filetbl
  fldtype fname fontemb fontfile footer footerf footerl footerr footnotesep formfield ftncn ftnsep ftnsepc generator
  gridtbl header headerf headerl headerr hl hlfr hlinkbase hlloc hlsrc hsv htmltag keycode keywords latentstyles lchars
  levelnumbers leveltext linkval listlevel listname listoverridetable listpicture liststylename listtable listtext lsdlockedexcept
  manager mailmerge mmathPict mmathPr nesttableprops nonesttables nonshppict objalias objdata objname objsect objtime
  oldcprops oldpprops oldsprops oldtprops oleclsid operator panose password passwordhash pgp pgptbl picprop pict pn pnseclvl
  pntext pntxta pntxtb printim private propname protend protstart protusertbl revtbl revtim rsidtbl rxe shpgrp sn sp staticval
  stylename subject sv svb tc template themedata txe upr userprops vern wgrffmtfilter wp writereservation writereservhash xe
  xform xmlattrname xmlattrvalue xmlclose xmlname xmlnstbl xmlopen`.split(/\s+/u),
)

/** The groups that old readers pass over, and whose content is read nevertheless. */
export const readDestinations = new Set(['shpinst', 'shptxt', 'shprslt', 'footnote', 'ud'])

/** The control words that stand for a character. */
export const namedCharacters: Readonly<Record<string, string>> = {
  tab: '\t',
  emdash: '—',
  endash: '–',
  emspace: '\u2003',
  enspace: '\u2002',
  qmspace: '\u2005',
  bullet: '•',
  lquote: '‘',
  rquote: '’',
  ldblquote: '“',
  rdblquote: '”',
  zwj: '\u200d',
  zwnj: '\u200c',
  '~': '\u00a0',
  _: '\u2011',
}

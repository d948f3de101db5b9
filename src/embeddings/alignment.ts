/**
 * The position at which each token starts in the text that it was made from, in UTF-16 code units. The tokenizer gives
 * no offsets, so this walks along the text; an unknown token takes the next character that is not white space.
 *
 * @param text the text as it was given to the tokenizer, already lower-cased
 * @param tokens its tokens without the special ones at the ends; continuations start with `##`
 */
export function alignTokens(text: string, tokens: readonly string[]): Uint32Array {
  const starts = new Uint32Array(tokens.length)
  let position = 0
  for (const [i, token] of tokens.entries()) {
    while (position < text.length && /\s/u.test(text[position]!)) position++
    // `##` continues a word (WordPiece), `▁` begins one (SentencePiece).
    const piece = token.replace(/^(?:##|▁)/u, '')
    // A token that does not stand nearby was changed by the tokenizer (an accent dropped, an unknown word).
    const found = text.indexOf(piece, position)
    const isNear = found >= 0 && found - position <= maxSkippedCharacters
    starts[i] = Math.min(isNear ? found : position, Math.max(0, text.length - 1))
    if (isNear) position = found + piece.length
    // An unknown word is one token, however long it is. A continuation that was not found has nothing left to skip.
    else if (!token.startsWith('##'))
      position += /^(?:[^\s\p{Script=Han}\p{P}]+|.)/su.exec(text.slice(position))?.[0].length ?? 0
  }
  return starts
}

const maxSkippedCharacters = 24

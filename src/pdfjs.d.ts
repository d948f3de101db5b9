/** The short build of pdf.js, which Node reads and compiles in half the time of the other: that has a source map, too. */
declare module 'pdfjs-dist/legacy/build/pdf.min.mjs' {
  export * from 'pdfjs-dist'
}

/** Takes the place of sharp's function, without which transformers.js does not load. */
export default function sharp() {
  throw new Error('transformers.js runs no models of pictures here')
}

/** Steers a terminal, breaks a line, or turns the direction of what follows. */
const steering = /[\p{Cc}\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu

/** Text that somebody else wrote → the same on one line, with signs in place of what steers a terminal: `␛[31m`. */
export const printable = (text: string): string => text.replaceAll(steering, sign)

/** Keeps the lines of a text that is laid out already. */
export const printableLines = (text: string): string => text.split('\n').map(printable).join('\n')

/** Unicode has pictures of the ASCII controls. */
function sign(control: string): string {
  const code = control.charCodeAt(0)
  if (code < 0x20) return String.fromCharCode(0x2400 + code)
  return code === 0x7f ? '␡' : '�'
}

/** JSON text → the same JSON in which nothing steers a terminal: `JSON.stringify` leaves DEL, C1 and the directions as they are. */
export const printableJson = (json: string): string =>
  json.replaceAll(steering, (control) => (control === '\n' ? control : `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`))

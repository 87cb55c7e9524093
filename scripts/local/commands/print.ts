/** Seconds with one decimal, right-aligned: `  3.2 s`. */
export const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1).padStart(5)} s`

const codes = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33 } as const

/** Text in a colour, where colours are seen: on a terminal, unless NO_COLOR is set (https://no-color.org). */
export const paint = (colour: keyof typeof codes, text: string, stream: NodeJS.WriteStream = process.stdout): string =>
  stream.isTTY && !process.env.NO_COLOR ? `\u001b[${codes[colour]}m${text}\u001b[0m` : text

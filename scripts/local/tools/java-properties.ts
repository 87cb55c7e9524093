/**
 * Java's `.properties` text, which `java.util.Properties` reads as Latin-1: all else is escaped, and so is what it would take for a
 * continuation, a comment or the end of a key.
 */
export const propertiesText = (properties: Readonly<Record<string, string>>): string =>
  Object.entries(properties)
    .map(([key, value]) => `${escaped(key).replace(/[ :=#!]/g, '\\$&')}=${escaped(value).replace(/^ /, '\\ ')}\n`)
    .join('')

/** By UTF-16 units, as Java's own escapes. */
const escaped = (text: string): string =>
  text.replace(/\\/g, '\\\\').replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)

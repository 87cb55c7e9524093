import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Value } from 'typebox/value'
import { Settings } from '../../cdk8s/settings/settings.ts'
import { targets } from '../../cdk8s/settings/targets.ts'

/** A settings file cannot be used; the message is one line that says why. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError'
}

/**
 * Reads settings from a module that exports them as `settings`.
 * @param file path, from the current folder
 * @throws SettingsError when the file is not there, throws, exports no settings, or settings that nobody reads
 */
export async function readSettings(file: string): Promise<Settings> {
  if (!existsSync(file)) throw new SettingsError(`There is no file ${file}.`)
  const { settings } = await load(file)
  if (settings === undefined) throw new SettingsError(`${file} exports no settings: it needs "export const settings = {…}".`)
  if (!Value.Check(Settings, settings)) throw new SettingsError(`${file}: ${fault(settings)}.`)
  if (targets.some(({ target }) => target === settings.target))
    throw new SettingsError(`${file}: settings.target: ${settings.target} is a target that is here already; choose another name.`)
  return settings
}

async function load(file: string): Promise<{ readonly settings?: unknown }> {
  try {
    return await import(pathToFileURL(resolve(file)).href)
  } catch (error) {
    const [line] = (error instanceof Error ? error.message : String(error)).split('\n')
    throw new SettingsError(`${file} cannot be read: ${line}`)
  }
}

/** The first thing that is wrong; a key that nobody reads is named, because it is mostly a misspelt one. */
function fault(settings: unknown): string {
  const errors = Value.Errors(Settings, settings)
  const unknown = errors.find(({ keyword }) => keyword === 'additionalProperties') ?? errors[0]
  const { instancePath = '', message = '', params } = unknown ?? {}
  const where = `settings${instancePath.replaceAll('/', '.')}`
  const { additionalProperties: keys } = (params ?? {}) as { additionalProperties?: readonly string[] }
  return keys ? `${where} has no ${keys.join(', ')}` : `${where} ${message}`
}

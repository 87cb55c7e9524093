import { fileURLToPath } from 'node:url'
import { NoRoom } from '../room.ts'
import { MissingTool } from './missing-tool.ts'

/** Where tools are installed, and how progress is said. */
export interface ToolContext {
  readonly env: NodeJS.ProcessEnv
  /** Directory for what is fetched. */
  readonly tools: string
  /** Takes one line of progress. */
  readonly log: (line: string) => void
}

/** Gets a tool in one way: the tool, or the reason why that does not work on this machine; an Error that it throws is one too. */
export type Provider<T> = (context: ToolContext) => Promise<{ found: T } | { closed: string }>

/** Finds or fetches a tool. */
export type Ensure<T> = (context?: Partial<ToolContext>) => Promise<T>

interface Choice<T> {
  readonly tool: string
  /** Environment variable that forces one of the providers. */
  readonly variable: string
  /** What a person has to do when no provider has the tool. */
  readonly install: string
  readonly providers: Readonly<Record<string, Provider<T>>>
}

const defaults: ToolContext = {
  env: process.env,
  tools: fileURLToPath(new URL('../../../.local/tools', import.meta.url)),
  log: (line) => process.stderr.write(`${line}\n`),
}

/** Tries the providers in their order; the first that has the tool wins, unless the variable names one. */
export function firstOf<T>({ tool, variable, install, providers }: Choice<T>): Ensure<T> {
  return async (given) => {
    const context = { ...defaults, ...given }
    // An empty variable is an unset one, as in every Makefile.
    const forced = context.env[variable] || undefined
    if (forced !== undefined && !Object.hasOwn(providers, forced)) {
      throw new MissingTool(`${variable}=${forced} is not one of ${Object.keys(providers).join(', ')}.`)
    }
    const closed: string[] = []
    for (const [name, provide] of Object.entries(providers)) {
      if (forced !== undefined && name !== forced) continue
      const outcome = await provide(context).catch(closedBy)
      if ('found' in outcome) return outcome.found
      closed.push(outcome.closed)
    }
    if (forced !== undefined) throw new MissingTool(`${tool} by ${variable}=${forced}: ${closed.join('')}.`)
    throw new MissingTool(`${tool} is missing: ${install} (${closed.join('; ')}).`)
  }
}

/** Another provider leads no further where nothing can be written. */
function closedBy(error: unknown): { closed: string } {
  if (error instanceof NoRoom) throw error
  return { closed: error instanceof Error ? error.message : String(error) }
}

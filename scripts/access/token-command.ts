import { type ExitCode, exitCodes } from '../cli/exit-codes.ts'
import { printJson, type TargetName } from '../cli/options.ts'
import { openAccess } from './open-access.ts'
import { personToken, toolsTokens } from './sign-in.ts'

/** `token`: prints a token of a person, or of the tools' client without a name. @throws NoShop, CommandError when nobody is called so */
export async function printToken(
  name: string | undefined,
  { target, json }: { readonly target: TargetName; readonly json: boolean },
): Promise<ExitCode> {
  const access = await openAccess(target)
  try {
    const token = name === undefined ? await toolsTokens(access, {})() : await personToken(access, name)
    if (json) printJson({ token })
    else process.stdout.write(`${token}\n`)
    return exitCodes.done
  } finally {
    await access.close()
  }
}

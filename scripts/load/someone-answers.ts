import { NoShop } from '../cli/command-error.ts'

const answerWithinMs = 5_000

/** Any answer will do: a shop of which parts are down takes a load, nobody at all does not. @throws NoShop */
export async function someoneAnswers(gatewayUrl: string): Promise<void> {
  try {
    await (await fetch(gatewayUrl, { signal: AbortSignal.timeout(answerWithinMs) })).body?.cancel()
  } catch (error) {
    const { cause = error } = error as { cause?: unknown }
    throw new NoShop(
      `nobody answers at ${gatewayUrl} (${cause instanceof Error ? cause.message : String(cause)}); start the shop with: make up`,
    )
  }
}

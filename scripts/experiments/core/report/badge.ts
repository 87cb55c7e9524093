import type { ExperimentResult } from '../result.ts'
import { escapeMarkup } from './markup.ts'
import { verdictNames } from './verdict-sentence.ts'

/** `open`: neither. */
export type Colour = 'good' | 'bad' | 'open'

/** A sign, a word and a colour; never a colour alone. */
export const badge = (colour: Colour, words: string): string =>
  `<span class="verdict ${colour}">${{ good: '✓', bad: '✗', open: '?' }[colour]} ${escapeMarkup(words)}</span>`

export const verdictColours: Readonly<Record<ExperimentResult['verdict'], Colour>> = {
  pass: 'good',
  fail: 'bad',
  inconclusive: 'open',
  aborted: 'open',
}

export const verdictBadge = ({ verdict }: ExperimentResult): string => badge(verdictColours[verdict], verdictNames[verdict])

import type { Story } from '../../core/experiment.ts'
import { trafficBins } from '../../core/traffic-bins.ts'
import type { SafetyConfig, SafetyObserved } from './verdict.ts'

const binMs = 250

export function safetyStory({ again }: SafetyConfig, { wishes, lost, deliveredAgain, commands, requests }: SafetyObserved): Story {
  const sum = (pick: (wish: SafetyObserved['wishes'][number]) => number) => wishes.reduce((total, wish) => total + pick(wish), 0)
  const orders = sum(({ effects }) => effects.orders.length)
  const charges = sum(({ effects }) => effects.charges)
  const double = commands.filter(({ effective }) => effective > 1).length
  return {
    summary: `${wishes.length} wishes were sent ${again + 1} times each (${lost} answers were lost) and led to ${orders} orders and ${charges} charges; ${deliveredAgain} commands were delivered again, and ${double} of them took effect twice.`,
    traffic: [trafficBins(requests, { caller: 'customers', binMs })],
  }
}

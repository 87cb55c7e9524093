import { breakerAlerts, breakerRecords } from './rules/breaker-rules.ts'
import { eventAlerts, eventRecords } from './rules/event-rules.ts'
import { requestAlerts, requestRecords } from './rules/request-rules.ts'
import { type RuleGroup, ruleFile } from './rules/rule.ts'

/** Recordings first: alerts read them. */
export const ruleGroups: readonly RuleGroup[] = [breakerRecords, requestRecords, eventRecords, breakerAlerts, requestAlerts, eventAlerts]

/** File name → text: what Prometheus is told to evaluate. */
export const ruleFiles: Readonly<Record<string, string>> = { 'breakwater.yaml': ruleFile(ruleGroups) }

import { Yaml } from 'cdk8s'

/** A query that Prometheus evaluates all the time, under a name `level:metric:operation`. */
export interface RecordingRule {
  readonly record: string
  readonly expr: string
}

/** What somebody should look at. */
export interface AlertingRule {
  readonly alert: string
  readonly expr: string
  /** How long it must hold, `1m`; at once when left out. */
  readonly for?: string
  /** `critical`: customers notice; `warning`: they will, or something waits for a person. */
  readonly severity: 'critical' | 'warning'
  /** One line, with `{{ $labels.x }}` and `{{ $value }}`. */
  readonly summary: string
  /** What it means and what to do, in a sentence or two. */
  readonly description: string
}

export type Rule = RecordingRule | AlertingRule

export interface RuleGroup {
  readonly name: string
  readonly rules: readonly Rule[]
}

/** Groups → a rules file of Prometheus. https://prometheus.io/docs/prometheus/latest/configuration/recording_rules/ */
export const ruleFile = (groups: readonly RuleGroup[]): string =>
  Yaml.stringify({ groups: groups.map(({ name, rules }) => ({ name, rules: rules.map(toYaml) })) })

function toYaml(rule: Rule): object {
  if ('record' in rule) return { record: rule.record, expr: rule.expr }
  const { alert, expr, for: held, severity, summary, description } = rule
  return { alert, expr, ...(held !== undefined && { for: held }), labels: { severity }, annotations: { summary, description } }
}

package planner

import (
	"errors"

	"gospark/runtime/resolved"
)

func (p *planner) sessions(*resolved.Aggregate, planned) (planned, error) {
	return planned{}, errors.New("planner: session windows are not supported in batch queries")
}

func (p *planner) collectMetrics(*resolved.CollectMetrics, planned) (planned, error) {
	return planned{}, errors.New("planner: observed metrics are not supported")
}

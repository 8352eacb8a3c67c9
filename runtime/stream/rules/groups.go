package rules

import (
	"gospark/runtime/plan"
	"gospark/runtime/resolved"
)

// checkFunctions counts the functions over groups with state: which of them may be together.
func (q query) checkFunctions() {
	var maps, flats []*resolved.GroupsWithState
	resolved.Walk(q.root, func(r resolved.Relation) {
		if g, ok := r.(*resolved.GroupsWithState); ok && resolved.IsStreaming(r) && !g.Processor {
			if g.Map {
				maps = append(maps, g)
			} else {
				flats = append(flats, g)
			}
		}
	})
	const one = "use one of them, or write two queries"
	switch {
	case len(maps) >= 2:
		refuse("Multiple mapGroupsWithStates are not supported on a streaming DataFrames/Datasets", one)
	case len(maps) > 0 && len(flats) > 0:
		refuse("Mixing mapGroupsWithStates and flatMapGroupsWithStates are not supported on a streaming DataFrames/Datasets", one)
	}
	if len(flats) < 2 {
		return
	}
	for _, g := range flats {
		if g.Update || q.mode != plan.AppendMode {
			refuse("Multiple flatMapGroupsWithStates are not supported when they are not all in append mode or the output mode is not append on a "+
				"streaming DataFrames/Datasets", `type OutputMode("append") for all of them`)
		}
	}
}

// checkGroups holds a function over groups with state against the output mode and the aggregations.
func (q query) checkGroups(g *resolved.GroupsWithState) {
	mode := modeNames[q.mode]
	switch {
	case g.Processor:
	case g.Map:
		if q.mode != plan.UpdateMode {
			refuse("mapGroupsWithState is not supported with "+mode+" output mode on a streaming DataFrame/Dataset", `type OutputMode("update")`)
		}
	case outermost(q.root) != nil:
		if g.Update {
			refuse("flatMapGroupsWithState in update mode is not supported with aggregation on a streaming DataFrame/Dataset", `give it "append"`)
		}
	case g.Update && q.mode != plan.UpdateMode:
		refuse("flatMapGroupsWithState in update mode is not supported with "+mode+" output mode on a streaming DataFrame/Dataset", `type OutputMode("update")`)
	case !g.Update && q.mode != plan.AppendMode:
		refuse("flatMapGroupsWithState in append mode is not supported with "+mode+" output mode on a streaming DataFrame/Dataset", `type OutputMode("append")`)
	}
	if g.Timeout == resolved.EventTimeTimeout && !hasEventTime(g.Input.Output()) {
		refuse("Watermark must be specified in the query using '[Dataset/DataFrame].withWatermark()' for using event-time timeout in a "+
			"[map|flatMap]GroupsWithState. Event-time timeout not supported without watermark.", `type WithWatermark("time", "10 minutes") before it`)
	}
}

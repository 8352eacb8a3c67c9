package page

import (
	"fmt"
	"net/http"
	"time"

	"gospark/monitor/history"
)

// pause is how long a page is left alone after it was told of a change.
const pause = 400 * time.Millisecond

// live tells a page, by server-sent events, that something changed. It waits for changes and does nothing between them.
func live(w http.ResponseWriter, r *http.Request, store *history.Store, done <-chan struct{}) {
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	flush := http.NewResponseController(w).Flush
	fmt.Fprint(w, "retry: 2000\n\n")
	if r.Method == http.MethodHead || flush() != nil {
		return
	}
	told := int64(-1)
	for {
		changed := store.Watch()
		if seen := store.Seen(); seen != told {
			told = seen
			if _, err := fmt.Fprintf(w, "event: change\ndata: %d\n\n", seen); err != nil || flush() != nil {
				return
			}
			if !wait(r, done, time.After(pause)) {
				return
			}
			continue
		}
		if !wait(r, done, changed) {
			return
		}
	}
}

// wait tells whether the page is still to be served when what it waits for has come.
func wait[T any](r *http.Request, done <-chan struct{}, until <-chan T) bool {
	select {
	case <-until:
		return true
	case <-r.Context().Done():
	case <-done:
	}
	return false
}

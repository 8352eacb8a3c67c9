package monitor

import (
	"net/http"
	"net/http/pprof"

	"gospark/monitor/metrics"
	"gospark/monitor/page"
	"gospark/monitor/rest"
)

// routes puts the parts together; addr is where they are served.
func (s *Server) routes(c Config, addr string) http.Handler {
	mux := http.NewServeMux()
	mux.Handle(rest.Prefix, rest.New(s.store, rest.Options{Now: c.Now, Addr: addr}))

	var dropped metrics.Dropped
	if c.Bus != nil {
		dropped = c.Bus.Dropped
	}
	prometheus := metrics.Handler(s.store, dropped)
	for path, h := range map[string]http.Handler{
		"/metrics":                      prometheus,
		"/metrics/prometheus":           prometheus,
		"/metrics/executors/prometheus": metrics.ExecutorsHandler(s.store),
		"/metrics/json":                 metrics.JSONHandler(s.store, dropped),
	} {
		mux.Handle(path, h)
		mux.Handle(path+"/{$}", h)
	}

	mux.Handle("/", page.New(s.store, page.Options{Now: c.Now, Dropped: dropped, Done: s.done}))

	mux.HandleFunc("/debug/pprof/", pprof.Index)
	mux.HandleFunc("/debug/pprof/cmdline", pprof.Cmdline)
	mux.HandleFunc("/debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("/debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("/debug/pprof/trace", pprof.Trace)
	mux.Handle(chartsRoot+"/", s.charts.page())
	mux.HandleFunc(chartsRoot+"/ws", s.charts.feed)
	return mux
}

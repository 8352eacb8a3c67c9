package expr

import (
	"time"

	"gospark/runtime/types"
)

// Timestamps between time zones.

func init() {
	family(datetimeFuncs, []Function{
		{Name: "from_utc_timestamp", Sig: "timestamp, string -> timestamp", Bind: func(c *Call) *Impl {
			zone := compiled(c, 1, types.Zone)
			return fn2n2(func(t int64, id string) (int64, bool, error) {
				z, err := zone(id)
				return types.ConvertZone(t, time.UTC, z), true, err
			})
		}, Doc: "The wall clock of a zone at a time given as UTC's.", Example: "from_utc_timestamp('2016-08-31', 'Asia/Seoul') = 2016-08-31 09:00:00"},
		{Name: "to_utc_timestamp", Sig: "timestamp, string -> timestamp", Bind: func(c *Call) *Impl {
			zone := compiled(c, 1, types.Zone)
			return fn2n2(func(t int64, id string) (int64, bool, error) {
				z, err := zone(id)
				return types.ConvertZone(t, z, time.UTC), true, err
			})
		}, Doc: "UTC's wall clock at a time given as a zone's.", Example: "to_utc_timestamp('2016-08-31', 'Asia/Seoul') = 2016-08-30 15:00:00"},
		{Name: "convert_timezone", Sig: "string, string, timestamp_ntz? -> timestamp_ntz", Coerce: sourceZone, Bind: func(c *Call) *Impl {
			source, target := compiled(c, 0, types.Zone), compiled(c, 1, types.Zone)
			return fn3e(func(from, to string, t int64) (int64, error) {
				a, err := source(from)
				if err != nil {
					return 0, err
				}
				b, err := target(to)
				if err != nil {
					return 0, err
				}
				return types.ToLocal(types.FromLocal(t, a), b), nil
			})
		}, Doc: "The wall clock of the target zone when the source zone's shows the timestamp; the session's zone is the source if there are two arguments.",
			Example: "convert_timezone('Europe/Brussels', 'America/Los_Angeles', timestamp_ntz'2021-12-06 00:00:00') = 2021-12-05 15:00:00"},
	})
}

// sourceZone puts in the session's zone where there are two arguments.
func sourceZone(r *Request) error {
	if len(r.Args) == 3 {
		return nil
	}
	zone, err := r.other("current_timezone")
	r.Args = append([]Expr{zone}, r.Args...)
	return err
}

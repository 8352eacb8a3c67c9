package monitor

import (
	"crypto/sha256"
	"crypto/subtle"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// guard lets only those requests through that the package comment allows.
func guard(c Config, port int, next http.Handler) http.Handler {
	// A cookie belongs to a host with all its ports: the name keeps two shells apart.
	cookie := "gospark_token_" + strconv.Itoa(port)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Content-Type-Options", "nosniff")
		if c.Token == "" && !namesThisMachine(r.Host, c.Host) {
			http.Error(w, "the Host header must name this machine, such as localhost", http.StatusForbidden)
			return
		}
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			if crossOrigin(r) {
				http.Error(w, "requests from other sites are refused", http.StatusForbidden)
				return
			}
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, "only GET and HEAD are answered", http.StatusMethodNotAllowed)
			return
		}
		if c.Token == "" {
			next.ServeHTTP(w, r)
			return
		}
		query := r.URL.Query()
		switch {
		case query.Has("token"):
			if !same(query.Get("token"), c.Token) {
				break
			}
			query.Del("token")
			if strings.Contains(r.Header.Get("Accept"), "text/html") {
				// A browser: keep the token out of its history and of what it tells other sites.
				http.SetCookie(w, &http.Cookie{Name: cookie, Value: url.QueryEscape(c.Token), Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode})
				w.Header().Set("Referrer-Policy", "no-referrer")
				w.Header().Set("Location", (&url.URL{Path: "/" + strings.TrimLeft(r.URL.Path, "/"), RawQuery: query.Encode()}).String())
				w.WriteHeader(http.StatusSeeOther)
				return
			}
			r = r.Clone(r.Context())
			r.URL.RawQuery = query.Encode()
			next.ServeHTTP(w, r)
			return
		case same(strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "), c.Token):
			next.ServeHTTP(w, r)
			return
		default:
			if given, err := r.Cookie(cookie); err == nil && same(given.Value, url.QueryEscape(c.Token)) {
				next.ServeHTTP(w, r)
				return
			}
		}
		w.Header().Set("WWW-Authenticate", `Bearer realm="gospark"`)
		http.Error(w, "a token is needed: open the address with ?token=…, or send Authorization: Bearer …", http.StatusUnauthorized)
	})
}

// same compares in a time that tells nothing.
func same(given, want string) bool {
	a, b := sha256.Sum256([]byte(given)), sha256.Sum256([]byte(want))
	return subtle.ConstantTimeCompare(a[:], b[:]) == 1
}

// namesThisMachine tells whether a Host header is a name that only this machine can have. Listening is the loopback
// address served, which may be another one than 127.0.0.1.
func namesThisMachine(host, listening string) bool {
	name, port, err := net.SplitHostPort(host)
	if err != nil { // no port
		name = host
		if strings.HasPrefix(host, "[") && strings.HasSuffix(host, "]") {
			name = host[1 : len(host)-1]
		} else if strings.Contains(host, ":") {
			return false
		}
	} else if n, err := strconv.Atoi(port); err != nil || n < 0 || n > maxPort {
		return false
	}
	switch strings.ToLower(name) {
	case "localhost", "127.0.0.1", "::1", listening:
		return true
	}
	return false
}

// crossOrigin tells whether a browser says that another site sends the request.
func crossOrigin(r *http.Request) bool {
	switch r.Header.Get("Sec-Fetch-Site") {
	case "cross-site", "same-site":
		return true
	}
	origin := r.Header.Get("Origin")
	if origin == "" {
		return false
	}
	u, err := url.Parse(origin)
	return err != nil || !strings.EqualFold(u.Host, r.Host)
}

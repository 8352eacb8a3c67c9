package kafka

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"os"
	"regexp"
	"strings"

	"github.com/segmentio/kafka-go/sasl"
	"github.com/segmentio/kafka-go/sasl/plain"
	"github.com/segmentio/kafka-go/sasl/scram"
)

// Security is how to encrypt and authenticate, field by field what Kafka's configuration of the same names says. Stores
// are PEM; Java's own formats (JKS, PKCS12) are refused with the command that converts them.
type Security struct {
	Protocol  string // PLAINTEXT, SSL, SASL_PLAINTEXT, SASL_SSL
	Mechanism string // PLAIN, SCRAM-SHA-256, SCRAM-SHA-512
	JAAS      string // sasl.jaas.config

	TruststoreFile, TruststorePEM string // authorities that sign brokers; the system's if empty
	KeystoreFile                  string // certificate chain and private key of this client
	CertificatePEM, KeyPEM        string // the same, inline
	SkipHostname                  bool   // ssl.endpoint.identification.algorithm is empty
}

func (s *Security) protocol() string {
	if s.Protocol == "" {
		return "PLAINTEXT"
	}
	return strings.ToUpper(s.Protocol)
}

// build makes what the Transport needs.
func (s *Security) build() (*tls.Config, sasl.Mechanism, error) {
	protocol := s.protocol()
	encrypted, authenticated := false, false
	switch protocol {
	case "PLAINTEXT":
	case "SSL":
		encrypted = true
	case "SASL_PLAINTEXT":
		authenticated = true
	case "SASL_SSL":
		encrypted, authenticated = true, true
	default:
		return nil, nil, fmt.Errorf("kafka: security.protocol %q is none of PLAINTEXT, SSL, SASL_PLAINTEXT, SASL_SSL", s.Protocol)
	}
	if !authenticated && (s.Mechanism != "" || s.JAAS != "") {
		return nil, nil, fmt.Errorf("kafka: sasl settings need security.protocol SASL_PLAINTEXT or SASL_SSL, not %s", protocol)
	}
	var (
		config    *tls.Config
		mechanism sasl.Mechanism
		err       error
	)
	if encrypted {
		if config, err = s.tls(); err != nil {
			return nil, nil, err
		}
	}
	if authenticated {
		if mechanism, err = s.sasl(); err != nil {
			return nil, nil, err
		}
	}
	return config, mechanism, nil
}

func (s *Security) tls() (*tls.Config, error) {
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	trusted, err := readPEM("ssl.truststore.location", s.TruststoreFile, s.TruststorePEM)
	if err != nil {
		return nil, err
	}
	if trusted != nil {
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM(trusted) {
			return nil, fmt.Errorf("kafka: ssl.truststore.location %s holds no certificate", s.TruststoreFile)
		}
	}
	chain, err := readPEM("ssl.keystore.location", s.KeystoreFile, s.CertificatePEM)
	if err != nil {
		return nil, err
	}
	if chain != nil {
		key := []byte(s.KeyPEM)
		if len(key) == 0 {
			key = chain
		}
		pair, err := tls.X509KeyPair(chain, key)
		if err != nil {
			return nil, fmt.Errorf("kafka: client certificate: %w (an encrypted key must be decrypted first: openssl pkey)", err)
		}
		config.Certificates = []tls.Certificate{pair}
	}
	if s.SkipHostname {
		// The name is not checked, the chain still is.
		config.InsecureSkipVerify = true
		config.VerifyConnection = func(state tls.ConnectionState) error {
			o := x509.VerifyOptions{Roots: config.RootCAs, Intermediates: x509.NewCertPool()}
			for _, c := range state.PeerCertificates[1:] {
				o.Intermediates.AddCert(c)
			}
			_, err := state.PeerCertificates[0].Verify(o)
			return err
		}
	}
	return config, nil
}

// readPEM returns the inline text or the content of the file; nil if neither is given.
func readPEM(key, file, inline string) ([]byte, error) {
	if inline != "" {
		return []byte(inline), nil
	}
	if file == "" {
		return nil, nil
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("kafka: %s: %w", key, err)
	}
	if block, _ := pem.Decode(text); block == nil {
		return nil, fmt.Errorf("kafka: %s %s is not PEM; convert it with: keytool -importkeystore -srckeystore %s -destkeystore store.p12 -deststoretype PKCS12 && openssl pkcs12 -in store.p12 -nodes -out store.pem", key, file, file)
	}
	return text, nil
}

func (s *Security) sasl() (sasl.Mechanism, error) {
	name := strings.ToUpper(s.Mechanism)
	if name == "" || name == "GSSAPI" || name == "OAUTHBEARER" {
		return nil, fmt.Errorf("kafka: sasl.mechanism %q is not supported; PLAIN, SCRAM-SHA-256 and SCRAM-SHA-512 are (Kafka's default is GSSAPI)", s.Mechanism)
	}
	user, password, err := parseJAAS(s.JAAS)
	if err != nil {
		return nil, err
	}
	switch name {
	case "PLAIN":
		return plain.Mechanism{Username: user, Password: password}, nil
	case "SCRAM-SHA-256":
		return scram.Mechanism(scram.SHA256, user, password)
	case "SCRAM-SHA-512":
		return scram.Mechanism(scram.SHA512, user, password)
	}
	return nil, fmt.Errorf("kafka: sasl.mechanism %q is none of PLAIN, SCRAM-SHA-256, SCRAM-SHA-512", s.Mechanism)
}

var jaasOption = regexp.MustCompile(`(\w+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|([^\s;"']+))`)

// parseJAAS takes user name and password out of a login configuration, such as
// org.apache.kafka.common.security.plain.PlainLoginModule required username="a" password="b";
func parseJAAS(text string) (user, password string, err error) {
	if strings.TrimSpace(text) == "" {
		return "", "", fmt.Errorf("kafka: sasl.jaas.config is missing; want: %s", jaasExample)
	}
	found := map[string]string{}
	for _, m := range jaasOption.FindAllStringSubmatch(text, -1) {
		found[m[1]] = jaasEscape.ReplaceAllString(m[2]+m[3]+m[4], "$1")
	}
	for _, key := range []string{"username", "password"} {
		if _, ok := found[key]; !ok {
			// The text itself is not shown: it may hold the password.
			return "", "", fmt.Errorf("kafka: sasl.jaas.config has no %s; want: %s", key, jaasExample)
		}
	}
	return found["username"], found["password"], nil
}

var jaasEscape = regexp.MustCompile(`\\(.)`)

const jaasExample = `org.apache.kafka.common.security.scram.ScramLoginModule required username="…" password="…";`

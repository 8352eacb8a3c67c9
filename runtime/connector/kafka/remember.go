package kafka

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
)

// A memory is what a query should keep beside its offsets, before its first batch: without it, a query that is started
// again cannot tell a topic from a new one of the same name, nor, when its first batch had not been committed, where
// exactly that batch began.
type memory struct {
	Start json.RawMessage   `json:"start"`
	IDs   map[string]string `json:"topicIds"`
}

// Remember returns what Recall needs after a restart.
func (s *Source) Remember() (json.RawMessage, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := memory{IDs: map[string]string{}}
	if s.begin != nil {
		m.Start = s.begin.offsets.JSON()
	}
	for topic, id := range s.ids {
		m.IDs[topic] = hex.EncodeToString(id[:])
	}
	return json.Marshal(m)
}

// Recall replaces what Open found out with what Remember once returned.
func (s *Source) Recall(text json.RawMessage) error {
	var m memory
	if err := json.Unmarshal(text, &m); err != nil {
		return fmt.Errorf("kafka: remembered start %s: %w", text, err)
	}
	start, err := ParseOffsets(m.Start)
	if err != nil {
		return err
	}
	ids, err := parseIDs(m.IDs)
	if err != nil {
		return fmt.Errorf("kafka: remembered start: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for topic, id := range ids {
		s.ids[topic] = id
	}
	if start != nil {
		s.begin, s.bad = &begin{offsets: start}, nil
	}
	return nil
}

func parseIDs(text map[string]string) (map[string]topicID, error) {
	ids := map[string]topicID{}
	for topic, id := range text {
		raw, err := hex.DecodeString(id)
		if err != nil || len(raw) != len(topicID{}) {
			return nil, fmt.Errorf("id %q of topic %s is not one", id, topic)
		}
		ids[topic] = topicID(raw)
	}
	return ids, nil
}

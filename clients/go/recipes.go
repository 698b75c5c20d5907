// What any program needs: every page of a list, a safe second try, a refusal by its type.

package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"slugbase.example/clients/slugbase"
)

func everyInvitation(ctx context.Context, client *slugbase.APIClient, organization string) ([]slugbase.Invitation, error) {
	var found []slugbase.Invitation
	request := client.InvitationsAPI.ListInvitations(ctx, organization).Limit(2)
	for {
		page, _, err := request.Execute()
		if err != nil {
			return nil, err
		}
		found = append(found, page.Items...)
		cursor := page.NextCursor.Get()
		if cursor == nil {
			return found, nil
		}
		request = request.Cursor(*cursor)
	}
}

// untilAnswered sends again under the same key, so that the server does it once however often it is asked.
func untilAnswered(send func(key string) (*http.Response, error), tries int) (*http.Response, error) {
	key := newKey()
	for ; ; tries-- {
		response, err := send(key)
		pause := "1" // without a response it may have been done or not
		if response != nil {
			pause = response.Header.Get("Retry-After")
		}
		seconds, notNumber := strconv.Atoi(pause)
		if notNumber != nil || tries == 1 {
			return response, err
		}
		time.Sleep(time.Duration(seconds) * time.Second)
	}
}

func newKey() string {
	key := make([]byte, 16)
	if _, err := rand.Read(key); err != nil {
		panic(err)
	}
	return hex.EncodeToString(key)
}

func told(err error) (string, error) {
	var failed *slugbase.GenericOpenAPIError
	if !errors.As(err, &failed) {
		return "", err
	}
	refusal, ok := failed.Model().(slugbase.SeatLimitError)
	if !ok || refusal.Code != slugbase.ERRORCODE_TEAM_SEAT_LIMIT {
		return "", err
	}
	return fmt.Sprintf("refused %s: %d seats, %d used, %d pending, %d included, %d extra",
		refusal.Code, refusal.GetSeatsTotal(), refusal.GetSeatsUsed(), refusal.GetPendingInvitations(),
		refusal.GetIncludedSeats(), refusal.GetExtraSeats()), nil
}

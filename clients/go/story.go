// Invites until the team is full, reads the refusal, lists what is open, and takes one back.

package main

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"os"

	"slugbase.example/clients/slugbase"
)

func main() {
	configuration := slugbase.NewConfiguration()
	configuration.Servers = slugbase.ServerConfigurations{{URL: os.Getenv("BASE_URL")}}
	client := slugbase.NewAPIClient(configuration)
	ctx := context.WithValue(context.Background(), slugbase.ContextAccessToken, os.Getenv("TOKEN"))
	if err := tell(ctx, client, os.Getenv("ORGANIZATION")); err != nil {
		log.Fatal(err)
	}
}

func tell(ctx context.Context, client *slugbase.APIClient, organization string) error {
	if err := fill(ctx, client, organization); err != nil {
		return err
	}
	invitations, err := everyInvitation(ctx, client, organization)
	if err != nil {
		return err
	}
	for _, each := range invitations {
		fmt.Printf("listed %s %s\n", each.Email, each.State)
	}
	revoked, _, err := client.InvitationsAPI.RevokeInvitation(ctx, organization, invitations[0].Id).Execute()
	if err != nil {
		return err
	}
	fmt.Printf("now %s %s\n", revoked.Email, revoked.State)
	return nil
}

func fill(ctx context.Context, client *slugbase.APIClient, organization string) error {
	for number := 1; ; number++ {
		body := *slugbase.NewInvitationInput(fmt.Sprintf("guest%d@example.com", number))
		request := client.InvitationsAPI.CreateInvitation(ctx, organization).InvitationInput(body)
		var invitation *slugbase.SentInvitation
		response, err := untilAnswered(func(key string) (response *http.Response, err error) {
			invitation, response, err = request.IdempotencyKey(key).Execute()
			return response, err
		}, 5)
		if err != nil {
			refusal, err := told(err)
			if err != nil {
				return err
			}
			fmt.Println(refusal)
			return nil
		}
		again := ""
		if response.Header.Get("Idempotency-Replayed") != "" {
			again = " (the first answer again)"
		}
		fmt.Printf("invited %s%s\n", invitation.Email, again)
	}
}

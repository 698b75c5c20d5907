import java.util.List;
import java.util.UUID;
import slugbase.ApiClient;
import slugbase.ApiException;
import slugbase.ApiResponse;
import slugbase.api.InvitationsApi;
import slugbase.api.InvitationsApi.APICreateInvitationRequest;
import slugbase.api.InvitationsApi.APIRevokeInvitationRequest;
import slugbase.model.Invitation;
import slugbase.model.NewInvitation;
import slugbase.model.SentInvitation;

/** Invites until the team is full, reads the refusal, lists what is open, and takes one back. */
final class Story {
  private final InvitationsApi api;
  private final UUID organization;

  private Story(InvitationsApi api, UUID organization) {
    this.api = api;
    this.organization = organization;
  }

  public static void main(String[] arguments) throws Exception {
    ApiClient client = new ApiClient();
    client.updateBaseUri(System.getenv("BASE_URL"));
    String authorization = "Bearer " + System.getenv("TOKEN");
    client.setRequestInterceptor(request -> request.header("Authorization", authorization));
    UUID organization = UUID.fromString(System.getenv("ORGANIZATION"));
    new Story(new InvitationsApi(client), organization).tell();
  }

  private void tell() throws Exception {
    fill();
    List<Invitation> invitations = Recipes.everyInvitation(api, organization);
    for (Invitation each : invitations) {
      System.out.println("listed " + each.getEmail() + " " + each.getState());
    }
    UUID newest = invitations.get(0).getId();
    Invitation revoked =
        api.revokeInvitation(
            APIRevokeInvitationRequest.newBuilder().id(organization).invitationId(newest).build());
    System.out.println("now " + revoked.getEmail() + " " + revoked.getState());
  }

  private void fill() throws Exception {
    for (int number = 1; ; number++) {
      NewInvitation body = new NewInvitation().email("guest" + number + "@example.com");
      ApiResponse<SentInvitation> response;
      try {
        response = Recipes.untilAnswered(key -> invite(body, key), 5);
      } catch (ApiException failed) {
        System.out.println(Recipes.told(failed));
        return;
      }
      boolean replayed = response.getHeaders().containsKey("Idempotency-Replayed");
      String again = replayed ? " (the first answer again)" : "";
      System.out.println("invited " + response.getData().getEmail() + again);
    }
  }

  private ApiResponse<SentInvitation> invite(NewInvitation body, String key) throws ApiException {
    return api.createInvitationWithHttpInfo(
        APICreateInvitationRequest.newBuilder()
            .id(organization)
            .newInvitation(body)
            .idempotencyKey(key)
            .build());
  }
}

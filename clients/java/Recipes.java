import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import slugbase.ApiClient;
import slugbase.ApiException;
import slugbase.ApiResponse;
import slugbase.api.InvitationsApi;
import slugbase.api.InvitationsApi.APIListInvitationsRequest;
import slugbase.model.ErrorCode;
import slugbase.model.Invitation;
import slugbase.model.InvitationPage;
import slugbase.model.SeatLimitError;

/** What any program needs: every page of a list, a safe second try, a refusal by its type. */
final class Recipes {
  interface Request<T> {
    ApiResponse<T> send(String key) throws ApiException;
  }

  private Recipes() {}

  static List<Invitation> everyInvitation(InvitationsApi api, UUID organization) throws ApiException {
    List<Invitation> found = new ArrayList<>();
    APIListInvitationsRequest.Builder request =
        APIListInvitationsRequest.newBuilder().id(organization).limit(2);
    InvitationPage page;
    do {
      page = api.listInvitations(request.build());
      found.addAll(page.getItems());
      request.cursor(page.getNextCursor());
    } while (page.getNextCursor() != null);
    return found;
  }

  /** Sends again under the same key, so that the server does it once however often it is asked. */
  static <T> ApiResponse<T> untilAnswered(Request<T> request, int tries)
      throws ApiException, InterruptedException {
    String key = UUID.randomUUID().toString();
    for (; ; tries--) {
      try {
        return request.send(key);
      } catch (ApiException failed) {
        Optional<String> pause = pauseAfter(failed);
        if (tries == 1 || pause.isEmpty()) throw failed;
        Thread.sleep(1000 * Long.parseLong(pause.get()));
      }
    }
  }

  private static Optional<String> pauseAfter(ApiException failed) {
    if (failed.getResponseHeaders() == null) return Optional.of("1"); // it may have been done or not
    return failed.getResponseHeaders().firstValue("Retry-After");
  }

  static String told(ApiException failed) throws Exception {
    if (failed.getCode() != 403) throw failed;
    SeatLimitError refusal =
        ApiClient.createDefaultObjectMapper()
            .readValue(failed.getResponseBody(), SeatLimitError.class);
    if (refusal.getCode() != ErrorCode.TEAM_SEAT_LIMIT) throw failed;
    return String.format(
        "refused %s: %d seats, %d used, %d pending, %d included, %d extra",
        refusal.getCode(),
        refusal.getSeatsTotal(),
        refusal.getSeatsUsed(),
        refusal.getPendingInvitations(),
        refusal.getIncludedSeats(),
        refusal.getExtraSeats());
  }
}

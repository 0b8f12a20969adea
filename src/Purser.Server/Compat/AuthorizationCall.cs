using System.Text;
using System.Text.Json;
using Purser.Protocol.Authorizations;
using Purser.Server.Accounts;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.Usage;
using Purser.Server.Usage.Authorizations;

namespace Purser.Server.Compat;

/// <summary>POST v2/devices/authrequest: asks for authorization codes and returns them (API reference 4.2). The answers wait for their sender to poll.</summary>
internal sealed class AuthorizationCall(AccountLookup accounts, AuthorizeDevices authorize, UsageExchanges exchanges)
{
    private const string Action = "authorizations";

    public async Task<IResult> AnswerAsync(HttpContext context)
    {
        var data = (await PublishedInput.ReadAsync(context.Request)).Object("data");
        if (data is null)
        {
            return Published.MissingInput();
        }

        var account = await UsageHeaders.AccountAsync(context, accounts);
        var requests = data.Objects("licenses").Select(RequestOf).ToList();
        if (!account.IsOk || requests.Count == 0 || requests.Contains(null))
        {
            return UsageCalls.Refused(
                data, account.Refusal?.Code.ToString() ?? "NO_DATA_FOUND",
                account.Refusal?.Detail ?? "Each of the licenses needs a sudi with udi_pid and udi_serial_number, and keys with an entitlement and a count, or a remove_code.");
        }

        var input = new AuthorizeDevices.Input(UsageHeaders.VirtualAccountOf(context, data), requests!);
        var command = new Command(AuthorizeDevices.Name, context.Actor(), input) { Accounts = [account.Value], IdempotencyKey = context.IdempotencyKey() };
        var done = await authorize.HandleAsync(command, input, context.RequestAborted);
        if (!done.IsOk)
        {
            return UsageCalls.Refused(data, done.Refusal!.Code.ToString(), done.Refusal.Detail);
        }

        var answer = JsonSerializer.Serialize(new { authorizations = done.Value.ProductInstances.Select(outcome => AnswerOf(outcome, context.TraceIdentifier)) });
        var kept = await exchanges.KeepAsync(context.Actor(), account.Value, Action, answer, context.RequestAborted);
        return kept.IsOk ? UsageCalls.Poll(data, kept.Value, Action) : UsageCalls.Refused(data, kept.Refusal!.Code.ToString(), kept.Refusal.Detail);
    }

    private static AuthorizationRequest? RequestOf(PublishedInput license)
    {
        var keys = license.Objects("keys").Select(key => new AskedAuthorization(key.Text("entitlement") ?? "", key.Number("count", out _) ?? 0)).ToList();
        return UsageHeaders.UdiOf(license) is { } udi && keys.All(key => key.Count > 0)
            ? new AuthorizationRequest(
                udi, keys, license.Text("software_tag_identifier"), UsageHeaders.HostnameOf(license), ConfirmationCode: license.Text("confirm_code"), ReturnCode: license.Text("remove_code"))
            : null;
    }

    private static object AnswerOf(AuthorizationOutcome outcome, string correlation) => new
    {
        product_instance_identifier = outcome.Piid,
        sudi = new { udi_pid = outcome.Udi.Pid, udi_serial_number = outcome.Udi.Sn },
        smart_license = outcome.Code is { } code ? Convert.ToBase64String(Encoding.UTF8.GetBytes(code)) : null,
        auth_status = outcome.IsDone ? [] : new[] { new { message = outcome.Message, messageCode = CodeOf(outcome), status = CodeOf(outcome), tag = outcome.Tag, correlation_id = correlation } },
        error_code = outcome.IsDone ? null : CodeOf(outcome),
        status = outcome.IsDone ? "SUCCESS" : "FAILED",
        status_message = outcome.IsDone ? null : outcome.Message,
        correlation_id = correlation,
    };

    /// <summary>In the published spelling: ERROR_ALL_COUNTS_IN_USE.</summary>
    private static string CodeOf(AuthorizationOutcome outcome) =>
        $"ERROR_{JsonNamingPolicy.SnakeCaseUpper.ConvertName(outcome.Refused!.Value.ToString())}";
}

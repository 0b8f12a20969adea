using System.Globalization;
using System.Text;
using System.Text.Json;
using Purser.Protocol;
using Purser.Server.Accounts;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People;
using Purser.Server.Usage;

namespace Purser.Server.Compat;

/// <summary>
/// Usage reports in the published API (API reference 4.3, 4.4). They are counted before the answer goes out, and the acknowledgements wait for their
/// sender to poll.
/// </summary>
internal sealed class UsageCalls(AccountLookup accounts, ReceiveReports receive, UsageExchanges exchanges)
{
    private const string Acknowledgements = "acknowledgements";
    private const string Failed = "FAILED";

    /// <summary>Seconds, as recorded; what is asked for is ready at once.</summary>
    private const int PollInterval = 300;

    /// <summary>POST v2/devices/reportusage.</summary>
    public async Task<IResult> ReportAsync(HttpContext context)
    {
        var data = (await PublishedInput.ReadAsync(context.Request)).Object("data");
        if (data is null)
        {
            return Published.MissingInput();
        }

        var reports = data.Objects("reports").SelectMany(report => report.Objects("usage")).Select(usage => usage.Json).ToList();
        var account = await UsageHeaders.AccountAsync(context, accounts);
        if (!account.IsOk || reports.Count == 0)
        {
            return Refused(data, account.Refusal?.Code.ToString() ?? "NO_DATA_FOUND", account.Refusal?.Detail ?? "There is no usage report in the request.");
        }

        var command = new Command(ReceiveReports.Name, context.Actor(), new { }) { Accounts = [account.Value], IdempotencyKey = context.IdempotencyKey() };
        var received = await receive.HandleAsync(command, UsageHeaders.VirtualAccountOf(context, data), ReportSource.Api, reports, NamesIn(data), context.RequestAborted);
        if (!received.IsOk)
        {
            return Refused(data, received.Refusal!.Code.ToString(), received.Refusal.Detail);
        }

        if (received.Value.Counted + received.Value.Repeated == 0)
        {
            return Refused(data, "REPORT_REFUSED", string.Join(' ', Reasons(received.Value).Distinct()));
        }

        var kept = await exchanges.KeepAsync(context.Actor(), account.Value, Acknowledgements, JsonSerializer.Serialize(AnswerOf(received.Value)), context.RequestAborted);
        return kept.IsOk ? Poll(data, kept.Value, Acknowledgements) : Refused(data, kept.Refusal!.Code.ToString(), kept.Refusal.Detail);
    }

    /// <summary>The answer can be polled for.</summary>
    internal static IResult Poll(PublishedInput data, long id, string action) => TypedResults.Json(
        new
        {
            status = "OK_POLL", message_code = (string?)null, message = (string?)null, timestamp = Echo(data), nonce = data.Text("nonce"), type = (string?)null, poll_id = id,
            poll_interval = PollInterval, action,
        },
        statusCode: StatusCodes.Status202Accepted);

    /// <summary>POST v2/accounts/poll.</summary>
    public async Task<IResult> PollAsync(HttpContext context)
    {
        var data = (await PublishedInput.ReadAsync(context.Request)).Object("data");
        if (data is null)
        {
            return Published.MissingInput();
        }

        // The action tells the kind; a "type" beside it may be wrong (API reference 4.4).
        var action = data.Text("action", "type") ?? "";
        var account = await UsageHeaders.AccountAsync(context, accounts);
        var answer = account.IsOk && data.Number("poll_id", out _) is { } id ? await exchanges.FindAsync(context.Actor(), account.Value, action, id, context.RequestAborted) : null;
        return answer is null
            ? Refused(data, "INVALID_POLL_ID", account.Refusal?.Detail ?? "There is no request with this poll id and action that you made. Answers are kept for 30 days; the acknowledgement of a product instance can be downloaded in the portal.")
            : Published.Answer(new
            {
                status = "COMPLETE", message_code = "", message = "", timestamp = Echo(data), nonce = data.Text("nonce"), type = action, correlation_id = context.TraceIdentifier,
                data = JsonSerializer.Deserialize<JsonElement>(answer),
            });
    }

    private static object AnswerOf(ReportReceipt receipt) => new
    {
        acknowledgements = receipt.ProductInstances.Where(outcome => outcome.IsAcknowledged).Select(outcome => new
        {
            sudi = SudiOf(outcome.Udi), software_tag_identifier = outcome.SoftwareTag, smart_license = Convert.ToBase64String(Encoding.UTF8.GetBytes(outcome.Acknowledgement!)),
        }),
        errors = receipt.ProductInstances.SelectMany(outcome => outcome.Refused.Select(refused => new
        {
            sudi = SudiOf(outcome.Udi), report_id = refused.ReportId, status = Failed, status_message = refused.Reason,
        })),
    };

    private static Dictionary<string, string> NamesIn(PublishedInput data)
    {
        var names = new Dictionary<string, string>();
        foreach (var report in data.Objects("reports"))
        {
            if (UsageHeaders.UdiOf(report) is { } udi && UsageHeaders.HostnameOf(report) is { } hostname)
            {
                names[udi.Key] = hostname;
            }
        }

        return names;
    }

    private static object SudiOf(Udi udi) => new { udi_pid = udi.Pid, udi_serial_number = udi.Sn };

    private static IEnumerable<string> Reasons(ReportReceipt receipt) => receipt.ProductInstances.SelectMany(outcome => outcome.Refused).Concat(receipt.Unreadable).Select(refused => refused.Reason);

    internal static IResult Refused(PublishedInput data, string code, string message) =>
        Published.Answer(new { status = Failed, message_code = code, message, timestamp = Echo(data), nonce = data.Text("nonce") });

    /// <summary>Milliseconds, as they came; some send them as text.</summary>
    internal static object? Echo(PublishedInput data) => data.Text("timestamp") is not { } text ? null : long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : text;
}

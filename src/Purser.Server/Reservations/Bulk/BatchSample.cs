using Purser.Server.Http;
using Purser.Server.People;

namespace Purser.Server.Reservations.Bulk;

/// <summary>A file of request codes to start from, with licenses that the virtual account has. Sent as it is, it reserves nothing: its codes are none.</summary>
public sealed class BatchSample(OfferForMany offer)
{
    private const string FileName = "request-codes.csv";

    private static readonly IReadOnlyList<CsvColumn<Row>> Columns = [new("Request Code", row => row.RequestCode), new("License", row => row.License), new("Quantity", row => row.Quantity)];

    private sealed record Row(string RequestCode, string License, int Quantity);

    public static async Task<IResult> AnswerAsync(long virtualAccount, BatchSample sample, HttpContext context)
    {
        var rows = await sample.RowsAsync(context.Actor(), context.Account().Id, virtualAccount, context.RequestAborted);
        return new CsvResult<Row>(FileName, Columns, rows.ToAsyncEnumerable());
    }

    private async Task<IReadOnlyList<Row>> RowsAsync(Commands.Actor actor, long accountId, long virtualAccountId, CancellationToken cancellation)
    {
        var licenses = await offer.HandleAsync(actor, accountId, virtualAccountId, cancellation);
        var (first, second) = (licenses.Count > 0 ? licenses[0].Name : "Name of a license", licenses.Count > 1 ? licenses[1].Name : "Name of another license");
        return [new("Request code of the first device", first, 2), new("Request code of the first device", second, 1), new("Request code of the second device", first, 1)];
    }
}

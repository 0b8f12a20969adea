using Microsoft.AspNetCore.Mvc;
using Purser.Server.Accounts;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.Inventory;
using Purser.Server.People;
using Purser.Server.Web;
using Purser.Server.Web.Components;

namespace Purser.Server.Licenses;

/// <summary>What the dialogs and charts of the Licenses tab ask for.</summary>
public static class LicenseForms
{
    private static readonly CsvColumn<ShowUsage.Point>[] UsageColumns =
    [
        new("Time", point => point.At),
        new("Purchased", point => point.Purchased),
        new("In Use", point => point.InUse),
        new("Reserved", point => point.Reserved),
        new("Peak", point => point.Peak),
    ];

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/accounts/{account}/inventory/{virtualAccount:long}/transfer", TransferAsync).Requires(Permission.LicenseTransfer);
        routes.MapPost("/accounts/{account}/transactions/{transaction:long}/undo", UndoAsync).Requires(Permission.LicenseTransfer);
        routes.MapGet("/accounts/{account}/inventory/{virtualAccount:long}/licenses/{license:long}/usage.csv", UsageFileAsync).Requires(Permission.LicenseView);
    }

    private static async Task<IResult> TransferAsync(
        long virtualAccount, IFormCollection fields, HttpContext context, TransferLicenses transfer, ListVirtualAccounts names)
    {
        var form = TransferForm.Sent(virtualAccount, fields);
        if (fields["act"] == TransferForm.Refresh)
        {
            return Show(form, null);
        }

        if (form.ToInput() is not { } input)
        {
            return Refuse(form, FormErrors.At("other", "Choose the other virtual account."));
        }

        if (fields["act"] == TransferForm.Preview)
        {
            var preview = await transfer.PreviewAsync(context.Actor(), context.Account().Id, input, context.RequestAborted);
            return preview.IsOk ? Show(form, preview.Value) : Refuse(form, ErrorsOf(preview.Refusal!, form));
        }

        var done = await transfer.HandleAsync(context.Command(TransferLicenses.Name, input), input, context.RequestAborted);
        return done.IsOk
            ? PageAnswer.Done(context, InventoryLinks.Tab(context.Account().Domain, virtualAccount, "licenses"), await ToastAsync(context, input, done.Value, names))
            : Refuse(form, ErrorsOf(done.Refusal!, form));
    }

    private static async Task<IResult> UndoAsync(long transaction, [FromForm] long? quantity, HttpContext context, UndoTransfer undo)
    {
        var input = new UndoTransfer.Input(transaction) { Quantity = quantity };
        var done = await undo.HandleAsync(context.Command(UndoTransfer.Name, input), input, context.RequestAborted);
        return done.IsOk
            ? PageAnswer.Done(context, $"/accounts/{context.Account().Domain}/activity", new Toast(done.Value.Returned == done.Value.Moved
                ? "The transfer was undone." : $"{Figure.Text(done.Value.Returned)} of {Figure.Text(done.Value.Moved)} licenses went back."))
            : PageAnswer.Refused<Undo.UndoTransferPage>(new() { ["Transaction"] = transaction, ["Errors"] = new FormErrors(done.Refusal!.Detail) });
    }

    private static IResult Show(TransferForm form, TransferLicenses.Preview? preview) =>
        PageAnswer.Page<TransferPage>(new() { ["VirtualAccount"] = form.Here, ["Form"] = form with { Fingerprint = null }, ["Preview"] = preview });

    private static IResult Refuse(TransferForm form, FormErrors errors) =>
        PageAnswer.Refused<TransferPage>(new() { ["VirtualAccount"] = form.Here, ["Form"] = form with { Fingerprint = null }, ["Errors"] = errors });

    /// <summary>"rows[2].quantity" is the third row that has a quantity.</summary>
    private static FormErrors ErrorsOf(Refusal refusal, TransferForm form)
    {
        if (form.Rows.Count == 0)
        {
            return new FormErrors("Enter how many licenses to transfer in at least one row.");
        }

        var index = form.Rows.Select((row, number) => (row.Field, Name: $"rows[{number}].quantity")).FirstOrDefault(row => row.Name == refusal.Field).Field;
        return index is not null ? FormErrors.At(index, refusal.Detail)
            : refusal.Field == "virtualAccount" ? FormErrors.At("other", refusal.Detail)
            : new FormErrors(refusal.Detail);
    }

    private static async Task<Toast> ToastAsync(HttpContext context, TransferLicenses.Input input, TransferLicenses.Answer answer, ListVirtualAccounts list)
    {
        var names = (await list.AllAsync(context.Actor(), context.Account().Id, context.RequestAborted)).ToDictionary(row => row.Id, row => row.Name);
        var what = answer.Licenses is [var one]
            ? $"{Figure.Text(one.Quantity)} {one.License} {(one.Quantity == 1 ? "license was" : "licenses were")}"
            : $"{Figure.Text(answer.Licenses.Sum(effect => effect.Quantity))} licenses of {answer.Licenses.Count} kinds were";
        var text = $"{what} transferred from “{names.GetValueOrDefault(input.FromVirtualAccountId)}” to “{names.GetValueOrDefault(input.ToVirtualAccountId)}”."
            + (answer.PreviewWasStale ? " The figures had changed since the preview; the transfer still fitted." : "");
        return new Toast(text, $"/accounts/{context.Account().Domain}/transactions/{answer.TransactionId}/undo", "Undo…");
    }

    private static async Task<IResult> UsageFileAsync(long virtualAccount, long license, HttpContext context, ShowUsage usage, Billing? billing, int days = 90)
    {
        var points = await usage.HandleAsync(context.Actor(), context.Account().Id, virtualAccount, license, days, billing ?? Billing.Prepaid, context.RequestAborted);
        return new CsvResult<ShowUsage.Point>($"usage-{license}.csv", UsageColumns, points.ToAsyncEnumerable());
    }
}

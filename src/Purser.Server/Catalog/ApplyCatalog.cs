using Purser.Protocol;
using Purser.Server.Commands;
using Purser.Server.Pki;
using Purser.Server.Settings;
using Purser.Server.Store;

namespace Purser.Server.Catalog;

/// <summary>
/// The one way in which the catalog changes: lays a draft over it, all or nothing. Forms, the API, imports and estate files all come here.
/// A preview answers with every error of every line; applying a draft with errors is refused.
/// </summary>
public sealed class ApplyCatalog(WritePath writePath, CatalogCache cache, PurserSettings settings)
{
    private const int ErrorsInDetail = 5;

    public Task<Verdict<CatalogReport>> PreviewAsync(Actor actor, CatalogDraft draft, CancellationToken cancellation = default) =>
        writePath.RunAsync<CatalogReport>(
            Command(actor, draft) with { DryRun = true }, async scope => (await MergeAsync(scope, draft)).Report, cancellation);

    /// <param name="onlyNew">Refuse a draft that names a row which exists already.</param>
    public Task<Verdict<CatalogReport>> HandleAsync(
        Actor actor, CatalogDraft draft, string? idempotencyKey = null, bool onlyNew = false, CancellationToken cancellation = default) =>
        writePath.RunAsync<CatalogReport>(
            Command(actor, draft) with { IdempotencyKey = idempotencyKey },
            async scope =>
            {
                var (report, merge) = await MergeAsync(scope, draft);
                if (report.Errors.Count > 0)
                {
                    return Refusal(report.Errors);
                }

                if (onlyNew && report.Changed + report.Unchanged > 0)
                {
                    return Verdict.Refused(RefusalCode.AlreadyExists, "The catalog has one of that name already. Choose another name, or edit the one that is there.", "name");
                }

                if (report.Created + report.Changed > 0)
                {
                    scope.Db.AddRange(merge.Added);
                    scope.Db.UpdateRange(merge.Updated);
                    scope.Db.RemoveRange(merge.Removed);
                    await CatalogVersion.AdvanceAsync(scope.Db);
                    scope.AfterCommit(cache.Invalidate);
                }

                return report;
            },
            cancellation);

    private async Task<(CatalogReport Report, CatalogMerge Merge)> MergeAsync(WriteScope scope, CatalogDraft draft)
    {
        var known = await CatalogSnapshot.LoadAsync(scope.Db);
        var merge = new CatalogMerge(
            known,
            scope.NextId,
            name => Tag.Mint(scope.Now, settings.Vendor.Domain, CatalogRules.TagName(name), Guid.ParseExact(SecretSource.NewUuid(), "D")),
            scope.Now);
        return (merge.Merge(draft), merge);
    }

    private static Command Command(Actor actor, CatalogDraft draft) => new("catalog.apply", actor, draft)
    {
        Ids = 1 + Math.Max(draft.Products.Count, Math.Max(draft.Entitlements.Count, draft.Skus.Count)),
    };

    internal static Refusal Refusal(IReadOnlyList<CatalogError> errors)
    {
        var named = errors.Take(ErrorsInDetail).Select(error => error.Line > 0 ? $"Line {error.Line}: {error.Message}" : error.Message);
        var more = errors.Count > ErrorsInDetail ? $" … and {errors.Count - ErrorsInDetail} more." : "";
        return Verdict.Refused(RefusalCode.InvalidInput, $"Nothing was changed. {string.Join(' ', named)}{more}", errors[0].Field);
    }
}

using System.Globalization;
using Purser.Server.Commands;
using Purser.Server.Devices.Additions;
using Purser.Server.Web;

namespace Purser.Server.Reservations.Pages;

/// <summary>The wizard as it is shown.</summary>
/// <param name="Offer">Null at the first step, before there is a request code.</param>
public sealed record ReservationWizardState(ReservationForm Form, IReadOnlyList<ReservationStep> Steps, ReservationStep Step, OfferReservation.Answer? Offer)
{
    /// <summary>At the review: what the reservation would be.</summary>
    public ReservationView? Review { get; init; }

    public FormErrors Errors { get; init; } = FormErrors.None;

    public static ReservationWizardState First(ReservationForm form, FormErrors errors) =>
        new(form, ReservationSteps.Of(isUpdate: false, form.Kind, canAdd: false), ReservationStep.RequestCode, null) { Errors = errors };
}

/// <summary>Leads from one step of the wizard to the next or back. The review is the command itself, done for nothing.</summary>
internal sealed class ReservationDialog(ReservationForm form, OfferReservation.Answer offer, bool isUpdate)
{
    private readonly IReadOnlyList<ReservationStep> steps = ReservationSteps.Of(isUpdate, form.Kind, offer.CanAdd.Count > 0);

    /// <param name="isTrial">Nothing is kept.</param>
    public delegate Task<Verdict<ReservationView>> Act(IReadOnlyList<ReservationWish> wishes, bool isTrial);

    public ReservationWizardState First => Show(steps[0]);

    /// <returns>The next step, or what was made.</returns>
    public async Task<(ReservationWizardState? Next, ReservationView? Made)> GoAsync(string at, bool isBack, Act act)
    {
        var index = Enum.TryParse<ReservationStep>(at, out var step) ? Math.Max(0, steps.ToList().IndexOf(step)) : 0;
        if (isBack)
        {
            return (Show(steps[Math.Max(0, index - 1)]), null);
        }

        if (Problem(steps[index]) is { Any: true } errors)
        {
            return (Show(steps[index]) with { Errors = errors }, null);
        }

        if (steps[index] != ReservationStep.Review && steps[index + 1] != ReservationStep.Review)
        {
            return (Show(steps[index + 1]), null);
        }

        var wishes = ReservationChoice.Read(ReservationChoice.WithAdditions(offer, form), form).Wishes;
        var done = steps[index] == ReservationStep.Review ? await act(wishes, false) : default(Verdict<ReservationView>?);
        return done is { IsOk: true } made ? (null, made.Value)
            : done is { } refused && refused.Refusal!.Field != ReservationFingerprint.Field ? (Refused(refused.Refusal), null)
            : (await ReviewAsync(wishes, done?.Refusal, act), null);
    }

    /// <param name="stale">What was reviewed before is not so any more: it is reviewed anew.</param>
    private async Task<ReservationWizardState> ReviewAsync(IReadOnlyList<ReservationWish> wishes, Refusal? stale, Act act)
    {
        var trial = await act(wishes, true);
        return trial.IsOk ? Show(ReservationStep.Review) with { Review = trial.Value, Errors = stale is null ? FormErrors.None : new FormErrors(stale.Detail) } : Refused(trial.Refusal!);
    }

    private ReservationWizardState Show(ReservationStep step) => new(form, steps, step, ReservationChoice.WithAdditions(offer, form));

    private ReservationWizardState Refused(Refusal refusal) =>
        refusal.Field is ReservationForm.RequestCodeField or ReservationForm.ProductField && steps[0] == ReservationStep.RequestCode
            ? Show(steps[0]) with { Errors = FormErrors.Of(refusal) }
            : Show(steps.Contains(ReservationStep.SelectLicenses) ? ReservationStep.SelectLicenses : steps[0]) with { Errors = new FormErrors(refusal.Detail) };

    private FormErrors? Problem(ReservationStep step) => step switch
    {
        ReservationStep.AddToInventory => AdditionProblem(),
        ReservationStep.SelectLicenses => ReservationChoice.Read(ReservationChoice.WithAdditions(offer, form), form).Errors,
        _ => null,
    };

    /// <summary>"licenses[2].quantity" is the third that was filled in.</summary>
    private FormErrors? AdditionProblem()
    {
        var wishes = form.Additions;
        if (wishes.Count == 0 || AdditionRules.Judge(offer.CanAdd, wishes) is not { } problem)
        {
            return null;
        }

        var at = wishes.Where((_, number) => problem.Field == string.Create(CultureInfo.InvariantCulture, $"licenses[{number}].quantity")).FirstOrDefault();
        return at is null ? new FormErrors(problem.Detail) : FormErrors.At(ReservationForm.AdditionField(at.EntitlementId), problem.Detail);
    }
}
